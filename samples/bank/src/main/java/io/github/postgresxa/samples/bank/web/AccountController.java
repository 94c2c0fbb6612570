package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.Account;
import io.github.postgresxa.samples.bank.money.Bookkeeper;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists the accounts of both banks. */
@RestController
final class AccountController {

    private final Bookkeeper bookkeeper;

    AccountController(Bookkeeper bookkeeper) {
        this.bookkeeper = bookkeeper;
    }

    @GetMapping("/api/accounts")
    List<Account> accounts() {
        return bookkeeper.accounts();
    }
}
