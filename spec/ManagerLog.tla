----------------------------- MODULE ManagerLog -----------------------------
(* The decisions of the embedded manager in PostgreSQL. One transaction has another
   resource and our nodes. The manager (the owner of a name) prepares both, writes
   its decision at one node, the log node D of its name, and tells both. Its process
   may die, or stall without limit, at any step. Any instance then ends what it left:
   it writes the fence at D and obeys the row that is there.

   rs     the branch of each resource
            work      not prepared, PREPARE is not sent
            sent      PREPARE is sent and may arrive at any time
            lost      ended before it was prepared
            prepared  listed by recover()        undone   rolled back
            local     of NODES: the row C at the transaction's home, which its
                      standby lacks; not listed, not answered
            committed for good
          NODES is a resource like the other: SubordinateProtocol shows that its
          branches end alike, by the row at their home.
   d, s   D, and what its synchronous standby has: [nm, row]
            nm   the name's row: no; yes, as the owner has seen it; gone; again (a
                 registration that came after it was gone)
            row  the row of the transaction: none, C, A
   wire   statements for D on their way: N registers the name, C decides, A asks
   tm     the owner: new, ready (its name is registered), voting, deciding, asking,
          asked (the fence is written, the standby did not answer yet), decided,
          aborting, over (done or dead)
   read   what its fence has read: none, commit, abort, absent (no name)
   ack    what the application was told
   rec    recoverers, in any instance. Each looks at one branch, so it may know any of
          the resources: idle, saw (it is listed), read (the row at D was read, the
          standby did not answer yet), act. A recoverer that dies stays where it is.
   stray  the name is registered at a second node (of a mutant only)

   There is no clock: a recoverer may take any branch for left, a name may be taken
   for silent at any time.

   FAULTS "failover": D and the home of NODES fail over to their standbys.
          "silence": a name's row goes although its owner lives or branches are prepared.
          "late": the INSERT of the name arrives more than once, at any time.
          "again": the INSERT of C may arrive more than once, at any time.
          "person": a person asks every node, and rolls back what has a name that none knows.
   MUTANT as in CommitProtocol.                                              *)
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS OTHERS, NODES, REC, FAULTS, MUTANT
VARIABLES rs, d, s, wire, tm, read, ack, rec, stray

vars == <<rs, d, s, wire, tm, read, ack, rec, stray>>
RS == OTHERS \cup {NODES}
Failovers == "failover" \in FAULTS
Idle == [s |-> "idle", x |-> NODES, v |-> "none"]

TypeOK ==
  LET D == [nm: {"no", "yes", "gone", "again"}, row: {"none", "C", "A"}] IN
  /\ rs \in [RS -> {"work", "sent", "lost", "prepared", "undone", "local", "committed"}]
  /\ d \in D /\ s \in D /\ wire \subseteq {"N", "C", "A"}
  /\ tm \in {"new", "ready", "voting", "deciding", "asking", "asked", "decided", "aborting", "over"}
  /\ read \in {"none", "commit", "abort", "absent"} /\ ack \in {"none", "commit", "abort", "unknown"}
  /\ rec \in [REC -> [s: {"idle", "saw", "read", "act"}, x: RS, v: {"none", "commit", "abort"}]]
  /\ stray \in BOOLEAN

Init ==
  /\ rs = [x \in RS |-> "work"]
  /\ d = [nm |-> "no", row |-> "none"] /\ s = d
  /\ wire = {} /\ tm = "new" /\ read = "none" /\ ack = "none"
  /\ rec = [r \in REC |-> Idle] /\ stray = FALSE

Listed(x) == rs[x] = "prepared"
Named == d.nm \in {"yes", "again"}

\* A transaction at D is committed. Its standby has it later.
Write(new) == d' = new /\ s' = IF Failovers THEN s ELSE new

\* The fence: A unless there is a row, and only beside the name's row.
WriteFence == IF Named /\ d.row = "none" THEN Write([d EXCEPT !.row = "A"]) ELSE UNCHANGED <<d, s>>
RowSays == IF ~Named THEN "absent" ELSE IF d.row = "C" THEN "commit" ELSE "abort"

---------------------------------------------------------------------------
\* The owner's name

Register ==
  /\ tm = "new" /\ wire' = wire \cup {"N"}
  /\ UNCHANGED <<rs, d, s, tm, read, ack, rec, stray>>

ArriveName ==
  /\ "N" \in wire
  /\ wire' = wire \ {"N"} \/ ("late" \in FAULTS /\ UNCHANGED wire)
  /\ \/ /\ Write([d EXCEPT !.nm = CASE d.nm = "no" -> "yes" [] d.nm = "gone" -> "again" [] OTHER -> d.nm])
        /\ UNCHANGED stray
     \/ MUTANT = "two-log-nodes" /\ stray' = TRUE /\ UNCHANGED <<d, s>>
  /\ UNCHANGED <<rs, tm, read, ack, rec>>

\* The answer says which registration it is (its time), and that the standby has it.
HearName ==
  /\ tm = "new" /\ d.nm = "yes" /\ (s.nm = "yes" \/ MUTANT = "name-without-barrier") /\ tm' = "ready"
  /\ UNCHANGED <<rs, d, s, wire, read, ack, rec, stray>>

(* It has shown no sign of life for long, and has no row C: the name's row goes, with
   its rows A, in one transaction.                                           *)
NameGoes ==
  /\ Named /\ (d.row # "C" \/ MUTANT = "name-goes-with-commit")
  /\ "silence" \in FAULTS \/ (tm = "over" /\ \A x \in RS : rs[x] \notin {"sent", "prepared"})
  /\ Write([nm |-> IF tm = "new" THEN "no" ELSE "gone", row |-> "none"])
  /\ UNCHANGED <<rs, wire, tm, read, ack, rec, stray>>

\* Mutants: the sign of life inserts the name if it is gone; an A row goes by its age.
RefreshRegisters ==
  /\ MUTANT = "refresh-registers" /\ d.nm = "gone" /\ tm # "over" /\ Write([d EXCEPT !.nm = "yes"])
  /\ UNCHANGED <<rs, wire, tm, read, ack, rec, stray>>
AbortRowGoes ==
  /\ MUTANT = "abort-row-early" /\ d.row = "A" /\ Write([d EXCEPT !.row = "none"])
  /\ UNCHANGED <<rs, wire, tm, read, ack, rec, stray>>

---------------------------------------------------------------------------
\* The owner's transaction

Vote ==
  /\ \/ /\ tm = "ready" \/ (tm = "new" /\ MUTANT = "prepare-before-name")
        /\ tm' = "voting" /\ rs' = [x \in RS |-> IF rs[x] = "work" THEN "sent" ELSE rs[x]]
     \/ /\ tm = "new" /\ MUTANT = "nodes-before-name" /\ rs[NODES] = "work"
        /\ rs' = [rs EXCEPT ![NODES] = "sent"] /\ UNCHANGED tm
  /\ UNCHANGED <<d, s, wire, read, ack, rec, stray>>

\* A vote is not yes, or is not answered, or the application rolls back.
Abandon ==
  /\ tm \in {"ready", "voting"} /\ tm' = "aborting" /\ ack' = "abort"
  /\ UNCHANGED <<rs, d, s, wire, read, rec, stray>>

\* All have voted yes. What has voted may have been rolled back since.
Decide ==
  /\ tm = "voting" /\ ((\A x \in RS : rs[x] \in {"prepared", "undone"}) \/ MUTANT = "early-decide")
  /\ tm' = "deciding" /\ wire' = wire \cup {"C"}
  /\ UNCHANGED <<rs, d, s, read, ack, rec, stray>>

\* The decision names the registration that the owner has seen.
Registered == \/ d.nm = "yes" \/ MUTANT = "no-foreign-key"
              \/ d.nm = "again" /\ MUTANT = "any-registration"

(* A refusal may be heard, or not. It is the end of this statement. If it was sent once,
   no row C can come any more. If it may have been sent again, the row that it meets may
   be its own, or a row A that a failover loses: the owner asks.             *)
SentAgain == "again" \in FAULTS
ArriveDecision ==
  /\ "C" \in wire
  /\ wire' = wire \ {"C"} \/ (SentAgain /\ UNCHANGED wire)
  /\ IF d.row = "none" /\ Registered
     THEN Write([d EXCEPT !.row = "C"]) /\ UNCHANGED <<tm, ack>>
     ELSE /\ UNCHANGED <<d, s>>
          /\ \/ UNCHANGED <<tm, ack>>
             \/ /\ tm = "deciding" /\ (~SentAgain \/ MUTANT = "conflict-is-abort")
                /\ tm' = "aborting" /\ ack' = "abort"
  /\ UNCHANGED <<rs, read, rec, stray>>

HearDecision ==
  /\ tm = "deciding" /\ d.row = "C" /\ (s.row = "C" \/ MUTANT = "decision-without-barrier")
  /\ tm' = "decided" /\ ack' = "commit"
  /\ UNCHANGED <<rs, d, s, wire, read, rec, stray>>

NoReply ==
  /\ tm = "deciding"
  /\ CASE MUTANT = "unknown-is-abort"  -> tm' = "aborting" /\ ack' = "abort"
       [] MUTANT = "unknown-is-commit" -> tm' = "decided" /\ ack' = "commit"
       [] OTHER -> tm' = "asking" /\ UNCHANGED ack
  /\ UNCHANGED <<rs, d, s, wire, read, rec, stray>>

Ask ==
  /\ tm = "asking" /\ tm' = "asked" /\ WriteFence /\ read' = RowSays
  /\ UNCHANGED <<rs, wire, ack, rec, stray>>

(* The barrier is answered. No name: it was registered, so it is gone, and no decision
   can be written any more; that counts only if the standby lacks the name, too. *)
Answered ==
  /\ tm = "asked"
  /\ s' = IF MUTANT = "ask-without-barrier" \/ (read = "absent" /\ MUTANT = "absent-without-barrier") THEN s ELSE d
  /\ IF read = "commit" THEN tm' = "decided" /\ ack' = "commit" ELSE tm' = "aborting" /\ ack' = "abort"
  /\ read' = "none"
  /\ UNCHANGED <<rs, d, wire, rec, stray>>

\* D does not answer. What was asked may arrive later.
Unknown ==
  /\ tm \in {"asking", "asked"} /\ tm' = "over" /\ ack' = "unknown" /\ read' = "none"
  /\ wire' \in {wire, wire \cup {"A"}}
  /\ UNCHANGED <<rs, d, s, rec, stray>>

ArriveFence ==
  /\ "A" \in wire /\ wire' = wire \ {"A"} /\ WriteFence
  /\ UNCHANGED <<rs, tm, read, ack, rec, stray>>

Carry(x, v) ==
  IF ~Listed(x) THEN UNCHANGED rs
  ELSE IF v = "abort" THEN rs' = [rs EXCEPT ![x] = "undone"]
  ELSE rs' = [rs EXCEPT ![x] = IF x = NODES /\ Failovers THEN "local" ELSE "committed"]

Tell(x) ==
  /\ Listed(x)
  /\ \/ tm = "decided" /\ Carry(x, "commit")
     \/ tm = "aborting" /\ Carry(x, "abort")
  /\ UNCHANGED <<d, s, wire, tm, read, ack, rec, stray>>

\* Every resource has answered. The deletion waits for nothing.
Ended(x) == rs[x] = "committed" \/ (rs[x] = "local" /\ MUTANT = "nota-is-done")
Forget ==
  /\ tm = "decided" /\ d.row = "C" /\ tm' = "over"
  /\ (\A x \in RS : Ended(x)) \/ (MUTANT = "forget-unanswered" /\ \E x \in RS : Ended(x))
  /\ Write([d EXCEPT !.row = "none"])
  /\ UNCHANGED <<rs, wire, read, ack, rec, stray>>

Die ==
  /\ tm # "over" /\ tm' = "over" /\ read' = "none"
  /\ UNCHANGED <<rs, d, s, wire, ack, rec, stray>>

---------------------------------------------------------------------------
\* Recovery

See(r, x) ==
  /\ rec[r].s = "idle" /\ Listed(x)
  /\ \/ rec' = [rec EXCEPT ![r] = [s |-> "saw", x |-> x, v |-> "none"]]
     \/ \* Mutant: the owner's process takes its own phase for the fence.
        /\ MUTANT = "own-phase-is-fence" /\ tm = "voting"
        /\ rec' = [rec EXCEPT ![r] = [s |-> "act", x |-> x, v |-> "abort"]]
  /\ UNCHANGED <<rs, d, s, wire, tm, read, ack, stray>>

Fence(r) ==
  /\ rec[r].s = "saw"
  /\ LET unfenced == \/ MUTANT \in {"fence-elsewhere", "unknown-name-is-abort"} \/ stray
                     \/ d.row = "none" /\ MUTANT = "plain-read"
         hasty == MUTANT = IF d.row = "C" THEN "commit-without-barrier" ELSE "abort-without-barrier" IN
     IF unfenced THEN /\ rec' = [rec EXCEPT ![r].s = "act", ![r].v = "abort"]
                      /\ UNCHANGED <<d, s>>
     ELSE IF ~Named /\ "person" \notin FAULTS THEN rec' = [rec EXCEPT ![r] = Idle] /\ UNCHANGED <<d, s>>
     ELSE /\ WriteFence
          /\ rec' = [rec EXCEPT ![r].s = IF hasty THEN "act" ELSE "read",
                                ![r].v = IF RowSays = "commit" THEN "commit" ELSE "abort"]
  /\ UNCHANGED <<rs, wire, tm, read, ack, stray>>

Confirm(r) ==
  /\ rec[r].s = "read" /\ s' = d /\ rec' = [rec EXCEPT ![r].s = "act"]
  /\ UNCHANGED <<rs, d, wire, tm, read, ack, stray>>

Act(r) ==
  /\ rec[r].s = "act" /\ Carry(rec[r].x, rec[r].v) /\ rec' = [rec EXCEPT ![r] = Idle]
  /\ UNCHANGED <<d, s, wire, tm, read, ack, stray>>

\* Mutant: the resources that an instance knows list nothing, so it deletes the row C.
ForgetByList ==
  /\ MUTANT = "forget-by-list" /\ d.row = "C" /\ \E x \in RS : ~Listed(x)
  /\ Write([d EXCEPT !.row = "none"])
  /\ UNCHANGED <<rs, wire, tm, read, ack, rec, stray>>

---------------------------------------------------------------------------
\* The servers

Prepare(x) ==
  /\ rs[x] = "sent" /\ rs' = [rs EXCEPT ![x] = "prepared"]
  /\ UNCHANGED <<d, s, wire, tm, read, ack, rec, stray>>

Lose(x) ==
  /\ rs[x] = "sent" /\ rs' = [rs EXCEPT ![x] = "lost"]
  /\ UNCHANGED <<d, s, wire, tm, read, ack, rec, stray>>

Ship ==
  /\ s # d /\ s' = d
  /\ UNCHANGED <<rs, d, wire, tm, read, ack, rec, stray>>

\* What the standby lacks is gone, and what was read without its answer counts for nothing.
Failover ==
  /\ s # d /\ d' = s
  /\ rec' = [r \in REC |-> IF rec[r].s = "read" THEN Idle ELSE rec[r]]
  /\ tm' = IF tm = "asked" THEN "asking" ELSE tm
  /\ read' = "none"
  /\ UNCHANGED <<rs, s, wire, ack, stray>>

Home ==
  /\ rs[NODES] = "local"
  /\ \E now \in {"committed", "prepared"} : rs' = [rs EXCEPT ![NODES] = now]
  /\ UNCHANGED <<d, s, wire, tm, read, ack, rec, stray>>

---------------------------------------------------------------------------
Owner == Register \/ HearName \/ Vote \/ Abandon \/ Decide \/ HearDecision \/ NoReply \/ Ask \/ Answered \/ Unknown
         \/ (\E x \in RS : Tell(x)) \/ Forget \/ Die
Wire  == ArriveName \/ ArriveDecision \/ ArriveFence
Recover(r) == Fence(r) \/ Confirm(r) \/ Act(r) \/ \E x \in RS : See(r, x)
Servers == (\E x \in RS : Prepare(x) \/ Lose(x)) \/ Ship \/ Failover \/ Home
Mutants == RefreshRegisters \/ AbortRowGoes \/ ForgetByList

Next == Owner \/ Wire \/ NameGoes \/ Servers \/ Mutants \/ \E r \in REC : Recover(r)
Spec == Init /\ [][Next]_vars

\* Recovery keeps running in one instance, and a PREPARE ends at last. The owner need not
\* go on, nor end: it may stall for ever.
FairSpec == Spec /\ WF_vars(NameGoes) /\ (\A x \in RS : WF_vars(Lose(x)))
            /\ WF_vars(Recover(CHOOSE r \in REC : TRUE))

Symmetry == Permutations(REC)

---------------------------------------------------------------------------
\* What must hold

Committed(x) == rs[x] \in {"local", "committed"}
Undone(x)    == rs[x] \in {"lost", "undone"}
\* The resources end alike.
Atomic    == ~\E x, y \in RS : Committed(x) /\ Undone(y)
\* What the application was told stays true.
AckCommit == ack = "commit" => \A x \in RS : ~Undone(x)
AckAbort  == ack = "abort" => \A x \in RS : ~Committed(x)
\* A decision is deleted only when it is carried out everywhere, for good.
Remembered == ack = "commit" \/ (\E x \in RS : Committed(x))
              => (d.row = "C" /\ s.row = "C") \/ \A x \in RS : rs[x] = "committed"
\* A row C that anybody can see is true.
CommitIsTrue == d.row = "C" => ack # "abort" /\ \A x \in RS : ~Undone(x)
\* What is prepared is found by its name (as long as no name's row goes too early).
Found == (\E x \in RS : Listed(x)) => d.nm = "yes" /\ s.nm = "yes"

\* What a passing run must have visited.
NeverAllCommit    == ~\A x \in RS : rs[x] = "committed"
NeverFenceWins    == ~("C" \in wire /\ d.row = "A" /\ \E x \in RS : rs[x] = "undone")
NeverNameGone     == ~("C" \in wire /\ d.nm = "gone" /\ \E x \in RS : rs[x] = "undone")
NeverAgain        == ~("C" \in wire /\ d.nm = "again" /\ \E x \in RS : rs[x] = "undone")
NeverFinished     == ~(tm = "over" /\ ack = "none" /\ \A x \in RS : rs[x] = "committed")
NeverUnheard      == ~(tm = "deciding" /\ \A x \in RS : rs[x] = "committed")
NeverUnknownIn    == ~(ack = "unknown" /\ \A x \in RS : rs[x] = "committed")
NeverUnknownOut   == ~(ack = "unknown" /\ \A x \in RS : rs[x] = "undone")
NeverAskedIn      == ~(read = "commit")
NeverAskedOut     == ~(read = "abort" /\ "C" \in wire)
NeverAskedAbsent  == ~(read = "absent" /\ "C" \in wire)
NeverLatePrepare  == ~(tm = "over" /\ d.row = "A" /\ (\E x \in RS : rs[x] = "sent") /\ \E x \in RS : rs[x] = "undone")
NeverLateFence    == ~(d.row = "A" /\ \A x \in RS : rs[x] = "committed")
NeverStays        == ~(tm = "over" /\ d.row = "C" /\ \A x \in RS : rs[x] = "committed")
NeverClean        == ~(tm = "over" /\ d.nm = "gone" /\ \A x \in RS : rs[x] = "committed")
NeverLeft         == ~(tm = "over" /\ d.nm = "gone" /\ wire = {} /\ \E x \in RS : Listed(x))
\* This needs a decision that is sent again.
NeverOwnRow       == ~("C" \in wire /\ d.row = "C" /\ tm = "deciding")
\* These need failovers.
NeverLostFence    == ~("C" \in wire /\ d.row = "A" /\ s.row = "none" /\ d.nm = "yes"
                       /\ \E r \in REC : rec[r].s = "read")
NeverLostDecision == ~(tm = "asked" /\ read = "commit" /\ s.row = "none")
NeverNameBack     == ~(read = "absent" /\ "C" \in wire /\ s.nm = "yes")
NeverBackAgain    == ~(tm = "over" /\ d.row = "none" /\ s.row = "C")
NeverListedAgain  == ~(rs[NODES] = "local" /\ \A x \in OTHERS : rs[x] = "committed")

\* TLC prints the name of each as soon as it is violated, and goes on.
Witnesses == <<
  <<"NeverAllCommit", NeverAllCommit>>,
  <<"NeverFenceWins", NeverFenceWins>>,
  <<"NeverNameGone", NeverNameGone>>,
  <<"NeverAgain", NeverAgain>>,
  <<"NeverFinished", NeverFinished>>,
  <<"NeverUnheard", NeverUnheard>>,
  <<"NeverUnknownIn", NeverUnknownIn>>,
  <<"NeverUnknownOut", NeverUnknownOut>>,
  <<"NeverAskedIn", NeverAskedIn>>,
  <<"NeverAskedOut", NeverAskedOut>>,
  <<"NeverAskedAbsent", NeverAskedAbsent>>,
  <<"NeverLatePrepare", NeverLatePrepare>>,
  <<"NeverLateFence", NeverLateFence>>,
  <<"NeverStays", NeverStays>>,
  <<"NeverClean", NeverClean>>,
  <<"NeverLeft", NeverLeft>>,
  <<"NeverOwnRow", NeverOwnRow>>,
  <<"NeverLostFence", NeverLostFence>>,
  <<"NeverLostDecision", NeverLostDecision>>,
  <<"NeverNameBack", NeverNameBack>>,
  <<"NeverBackAgain", NeverBackAgain>>,
  <<"NeverListedAgain", NeverListedAgain>>>>
Visits == \A i \in DOMAIN Witnesses :
            Witnesses[i][2] \/ TLCGet(i) \/ (TLCSet(i, TRUE) /\ PrintT(Witnesses[i][1]))
ASSUME \A i \in 1..22 : TLCSet(i, FALSE)

\* Liveness: no branch stays prepared. Of an owner that has ended no row A and no name
\* stays; a row C stays for good, and its name with it.
Resolved == <>[](\A x \in RS : ~Listed(x))
Clean    == <>[](tm = "over") => <>[](d.row = "C" \/ ~Named)
=============================================================================
