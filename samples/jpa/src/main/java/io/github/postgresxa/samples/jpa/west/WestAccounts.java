package io.github.postgresxa.samples.jpa.west;

import org.springframework.data.jpa.repository.JpaRepository;

/** The accounts on node west. */
public interface WestAccounts extends JpaRepository<WestAccount, Integer> {}
