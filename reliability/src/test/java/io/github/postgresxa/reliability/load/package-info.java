/** The workload, the clients' log and the audits that every suite shares: who did what, who was told what, and what the servers hold. */
@NullMarked
package io.github.postgresxa.reliability.load;

import org.jspecify.annotations.NullMarked;
