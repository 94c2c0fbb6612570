package io.github.postgresxa.samples.jpa.east;

import org.springframework.data.jpa.repository.JpaRepository;

/** The accounts on node east. */
public interface EastAccounts extends JpaRepository<EastAccount, Integer> {}
