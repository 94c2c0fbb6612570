------------------------- MODULE SubordinateProtocol -------------------------
(* The subordinate case: another XA resource takes part, so the transaction manager
   decides, and the facade is a subordinate coordinator.

   The manager calls prepare: every writing branch is prepared, the home's too. It
   writes its decision to its own log, and the other resource follows that. Then
   it calls commit or rollback: its word is written down at the home (the row C or
   A, in a transaction of its own) before any branch obeys it. Manager and facade
   are one process; it may die at any step, and comes back with its log only.
   Then it scans (recover), commits what stands in its log, presumes the abort of
   what does not, and forgets what is not listed any more.

   br       the state of each branch of RM, HOME among them
              open      at work            lost      gone, never prepared
              weak      listed, not yet on the standby: PREPARE is not answered
              prepared  listed             undone    rolled back
              local     committed, not listed, not yet on the standby
              committed on the standby, too
   row      the decision row at the home: [o, p, w]; o in none, C, A; p = the
            branches that it names; w = visible, but not yet on the standby
   tm       the facade: work, preparing, prepared (XA_OK was answered), committed,
            aborted, over (finished or dead)
   word     what the manager tells the facade: none, commit, abort
   said     what the manager decided; the other resource ends that way, and so
            does every application that is told
   mlog     its log holds the commit
   scan     the manager that is back: idle, seen (branches are listed, the home's
            row is not read yet), listed, unlisted, write (all nodes were asked
            again; b = the branches that are listed; k = the nodes that its
            instance knows)
   wire     words of one that gave up or died, which may still arrive
   rec      our recoverers, in any process: idle, saw, read (row C was read, the
            write that waits for the standby is not answered), act
   asked    participants that the janitor has verified since the row stands
   settled  the manager was told "rolled back" after a row A was written
   heur     the manager was told a heuristic outcome
   mark     an operator's row C was carried out and deleted: the marks tell

   FAULTS   "failover": a node fails over to its synchronous standby, at any step.
            "late": words arrive late, and the manager that is back dies again.
            "operator": somebody takes the manager for lost, and orders the end in its
            place, while it lives or not. He may be wrong about the manager, and the
            other resource may then end otherwise; the branches never differ.
            "partial": the instance in which the manager is back may know only some of the
            nodes. Each branch names all nodes of the transaction, and so does the log.
   MUTANT   as in CommitProtocol.                                            *)
EXTENDS Naturals, FiniteSets, Sequences, TLC
CONSTANTS RM, HOME, REC, FAULTS, MUTANT
VARIABLES br, row, tm, word, said, mlog, scan, wire, rec, asked, settled, heur, mark

theManager == <<word, said, mlog, heur>>
vars == <<br, row, tm, theManager, scan, wire, rec, asked, settled, mark>>

Failovers == "failover" \in FAULTS
Operator  == "operator" \in FAULTS
NoRow  == [o |-> "none", p |-> {}, w |-> FALSE]
NoScan == [s |-> "idle", b |-> {}, k |-> RM]
Idle   == [s |-> "idle", n |-> HOME, d |-> "none"]

TypeOK ==
  /\ br \in [RM -> {"open", "weak", "prepared", "local", "committed", "lost", "undone"}]
  /\ row \in [o: {"none", "C", "A"}, p: SUBSET RM, w: BOOLEAN]
  /\ tm \in {"work", "preparing", "prepared", "committed", "aborted", "over"}
  /\ word \in {"none", "commit", "abort"} /\ said \in {"none", "commit", "abort"}
  /\ scan \in [s: {"idle", "seen", "listed", "unlisted", "write"}, b: SUBSET RM, k: SUBSET RM]
  /\ wire \subseteq [o: {"C", "A"}, p: SUBSET RM]
  /\ rec \in [REC -> [s: {"idle", "saw", "read", "act"}, n: RM, d: {"none", "committed", "undone"}]]
  /\ asked \subseteq RM
  /\ mlog \in BOOLEAN /\ settled \in BOOLEAN /\ heur \in BOOLEAN /\ mark \in BOOLEAN

Init ==
  /\ br = [n \in RM |-> "open"] /\ row = NoRow
  /\ tm = "work" /\ word = "none" /\ said = "none" /\ mlog = FALSE
  /\ scan = NoScan /\ wire = {} /\ rec = [r \in REC |-> Idle] /\ asked = {}
  /\ settled = FALSE /\ heur = FALSE /\ mark = FALSE

Listed(n) == br[n] \in {"prepared", "weak"}
Weak      == IF Failovers THEN BOOLEAN ELSE {FALSE}

---------------------------------------------------------------------------
\* The facade

Vote ==
  /\ tm = "work" /\ tm' = "preparing"
  /\ UNCHANGED <<br, row, theManager, scan, wire, rec, asked, settled>>

\* Every branch answered, and as durable as PREPARE TRANSACTION can be.
Prepared(n) == br[n] \in {"prepared", "undone"} \/ (br[n] = "weak" /\ MUTANT = "prepared-is-listed")

AnswerOk ==
  /\ tm = "preparing"
  /\ (\A n \in RM : Prepared(n)) \/ MUTANT = "early-vote"
  /\ tm' = "prepared"
  /\ UNCHANGED <<br, row, theManager, scan, wire, rec, asked, settled>>

\* A branch refused, or its answer is lost, or the application rolls back.
AnswerRollback ==
  /\ tm \in {"work", "preparing"} /\ tm' = "aborted" /\ said' = "abort"
  /\ UNCHANGED <<br, row, word, mlog, heur, scan, wire, rec, asked, settled>>

\* An operator's row C came first. Whoever rolls back reads the row before: he meets it.
MeetCommit ==
  /\ Operator /\ tm = "aborted" /\ row.o = "C" /\ tm' = "prepared"
  /\ row' = [row EXCEPT !.w = FALSE] /\ word' = "abort"
  /\ UNCHANGED <<br, said, mlog, heur, scan, wire, rec, asked, settled>>

\* A row A that follows an operator's deleted row C is taken back: nothing proves it.
Proved == ~mark \/ MUTANT = "abort-unproved"

\* A row C is written only while a branch that it names is listed: an operator's row A
\* that was carried out and deleted leaves none.
Live(p) == (\E n \in p : Listed(n)) \/ MUTANT = "commit-unproved"

\* Without a branch that is listed, a row C is true only of what is committed everywhere.
AllCommitted == \A n \in RM : br[n] \in {"local", "committed"}

(* Where an answer was lost, a branch may be prepared when the manager has forgotten
   the transaction: the row A tells recovery what to do with it. "Rolled back" is told
   only with that row: what is prepared is listed, and an operator may have ordered its
   commit at a home that does not answer.                                    *)
FenceForGood ==
  /\ tm = "aborted" /\ word = "none" /\ row.o = "none" /\ ~settled /\ Proved
  /\ row' = [o |-> "A", p |-> IF MUTANT = "fence-names-nobody" THEN {} ELSE RM, w |-> FALSE]
  /\ settled' = TRUE /\ asked' = {}
  /\ UNCHANGED <<br, tm, theManager, scan, wire, rec>>

\* Mutant: a home that does not answer counts as one without an order.
TellUnasked ==
  /\ MUTANT = "silent-home-is-abort" /\ tm = "aborted" /\ word = "none" /\ settled' = TRUE
  /\ UNCHANGED <<br, row, tm, theManager, scan, wire, rec, asked>>

Letter(w) == IF w = "commit" THEN "C" ELSE "A"

(* The word is written down at the home unless a row stands. It was answered (then
   the standby has it), or the answer is lost: the manager asks again.       *)
WriteDown ==
  /\ tm = "prepared" /\ word # "none"
  /\ row.o = "none" => IF word = "abort" THEN Proved ELSE Live(RM) \/ AllCommitted
  /\ LET standing == IF row.o = "none" THEN Letter(word) ELSE row.o IN
     \/ /\ row' = IF row.o = "none" THEN [o |-> standing, p |-> RM, w |-> FALSE] ELSE [row EXCEPT !.w = FALSE]
        /\ tm' = IF standing = "C" THEN "committed" ELSE "aborted"
        /\ heur' = (heur \/ standing # Letter(word))
        /\ settled' = (settled \/ standing = "A")
     \/ /\ row.o = "none" /\ \E w \in Weak : row' = [o |-> standing, p |-> RM, w |-> w]
        /\ tm' = IF MUTANT = "answer-before-row" /\ word = "commit" THEN "committed" ELSE tm
        /\ UNCHANGED <<heur, settled>>
  /\ asked' = IF row.o = "none" THEN {} ELSE asked
  /\ UNCHANGED <<br, word, said, mlog, scan, wire, rec>>

\* No row can be written, and nothing is listed: all is carried out and forgotten. The
\* branches tell how they ended.
LearnEnd ==
  /\ tm = "prepared" /\ row.o = "none" /\ \A n \in RM : ~Listed(n)
  /\ \/ word = "commit" /\ ~Live(RM) /\ ~AllCommitted
     \/ word = "abort" /\ ~Proved
  /\ tm' = IF AllCommitted THEN "committed" ELSE "aborted"
  /\ heur' = (heur \/ AllCommitted # (word = "commit")) /\ settled' = (settled \/ ~AllCommitted)
  /\ UNCHANGED <<br, row, word, said, mlog, scan, wire, rec, asked>>

\* Not answered and not executed yet: it stays on the wire.
Delay ==
  /\ "late" \in FAULTS /\ tm = "prepared" /\ word # "none"
  /\ wire' = wire \cup {[o |-> Letter(word), p |-> RM]}
  /\ tm' = IF MUTANT = "answer-before-row" /\ word = "commit" THEN "committed" ELSE tm
  /\ UNCHANGED <<br, row, theManager, scan, rec, asked, settled>>

LateWord ==
  /\ \E m \in wire : /\ wire' = wire \ {m}
                     /\ row.o = "none" /\ m.o = "A" => Proved
                     /\ IF row.o # "none" \/ (m.o = "C" /\ ~Live(m.p)) THEN UNCHANGED <<row, asked>>
                        ELSE /\ \E w \in Weak : row' = [o |-> m.o, p |-> m.p, w |-> w]
                             /\ asked' = {}
  /\ UNCHANGED <<br, tm, theManager, scan, rec, settled>>

\* Mutant: the manager's rollback is carried out without a row.
RollBackBare ==
  /\ MUTANT = "rollback-without-row" /\ tm = "prepared" /\ word = "abort"
  /\ tm' = "aborted" /\ settled' = TRUE
  /\ UNCHANGED <<br, row, theManager, scan, wire, rec, asked>>

Die ==
  /\ tm # "over" /\ tm' = "over" /\ word' = "none"
  /\ said' = IF said = "none" THEN "abort" ELSE said   \* presumed
  /\ UNCHANGED <<br, row, mlog, heur, scan, wire, rec, asked, settled>>

---------------------------------------------------------------------------
\* The manager

Decide ==
  /\ tm = "prepared" /\ said = "none"
  /\ \/ said' = "commit" /\ mlog' = TRUE /\ word' = "commit"
     \/ said' = "abort" /\ word' = "abort" /\ UNCHANGED mlog
  /\ UNCHANGED <<br, row, tm, heur, scan, wire, rec, asked, settled>>

\* The facade answered "committed": the record goes.
HearCommitted ==
  /\ tm = "committed" /\ mlog /\ mlog' = FALSE
  /\ UNCHANGED <<br, row, tm, word, said, heur, scan, wire, rec, asked, settled>>

\* What an instance may know of the transaction's nodes.
Known == IF "partial" \in FAULTS THEN SUBSET RM ELSE {RM}

(* recover(), first half: which branches are listed on the nodes that answer. Only if
   all of them answer may the manager conclude anything from what is not listed. *)
Scan ==
  /\ tm = "over" /\ scan.s = "idle"
  /\ \E k \in Known : \E N \in SUBSET k :
       \/ (\E n \in N : Listed(n)) /\ scan' = [s |-> "seen", b |-> {}, k |-> k]
       \/ /\ \A n \in N : ~Listed(n)
          /\ N = k \/ MUTANT = "partial-list"
          /\ scan' = [s |-> "unlisted", b |-> {}, k |-> k]
  /\ UNCHANGED <<br, row, tm, theManager, wire, rec, asked, settled>>

(* Second half: what has a row is recovery's. The manager takes that for done, so the
   row must be there for good. A home that does not answer: neither is concluded. *)
ScanRow ==
  /\ scan.s = "seen"
  /\ \/ /\ row.o = "none" \/ HOME \notin scan.k \/ MUTANT \in {"list-decided", "list-unasked"}
        /\ scan' = [scan EXCEPT !.s = "listed"] /\ UNCHANGED row
     \/ /\ row.o # "none" /\ HOME \in scan.k /\ MUTANT # "list-decided"
        /\ scan' = [scan EXCEPT !.s = "unlisted"]
        /\ row' = [row EXCEPT !.w = IF MUTANT = "list-without-barrier" THEN row.w ELSE FALSE]
     \/ scan' = NoScan /\ Failovers /\ UNCHANGED row
  /\ UNCHANGED <<br, tm, theManager, wire, rec, asked, settled>>

\* What is prepared on a node that is not known is in no list: its record stays.
Forget ==
  /\ scan.s = "unlisted" /\ scan' = NoScan
  /\ mlog' = (mlog /\ scan.k # RM /\ MUTANT # "log-names-no-node")
  /\ UNCHANGED <<br, row, tm, word, said, heur, wire, rec, asked, settled>>

\* A branch names a node that this instance does not know.
Unknown == HOME \notin scan.k \/ (scan.k # RM /\ MUTANT # "nodes-unnamed")

(* commit or rollback of what was listed: the row must name every branch, so every
   node has to answer, and whoever does not know one decides nothing. Nothing is listed
   any more: XAER_NOTA, and the record goes. *)
AskAll ==
  /\ scan.s = "listed"
  /\ \E N \in IF MUTANT = "row-names-some" THEN SUBSET scan.k ELSE {scan.k} :
       LET b == {n \in N : Listed(n)} IN
       IF b = {} THEN scan' = NoScan /\ mlog' = (mlog /\ scan.k # RM /\ MUTANT # "log-names-no-node")
       ELSE IF Unknown THEN scan' = NoScan /\ UNCHANGED mlog
       ELSE scan' = [scan EXCEPT !.s = "write", !.b = b] /\ UNCHANGED mlog
  /\ UNCHANGED <<br, row, tm, word, said, heur, wire, rec, asked, settled>>

Wanted == IF mlog THEN "C" ELSE "A"

Replay ==
  /\ scan.s = "write" /\ scan' = NoScan
  /\ row.o = "none" /\ Wanted = "C" => Live(scan.b)
  /\ LET standing == IF row.o = "none" THEN Wanted ELSE row.o IN
     \/ /\ row' = IF row.o = "none" THEN [o |-> standing, p |-> scan.b, w |-> FALSE] ELSE [row EXCEPT !.w = FALSE]
        /\ heur' = (heur \/ standing # Wanted) /\ mlog' = FALSE
     \/ /\ row.o = "none" /\ \E w \in Weak : row' = [o |-> standing, p |-> scan.b, w |-> w]
        /\ UNCHANGED <<heur, mlog>>
  /\ asked' = IF row.o = "none" THEN {} ELSE asked
  /\ UNCHANGED <<br, tm, word, said, wire, rec, settled>>

\* What was listed is gone: the manager scans again.
ScanAgain ==
  /\ scan.s = "write" /\ row.o = "none" /\ Wanted = "C" /\ ~Live(scan.b) /\ scan' = NoScan
  /\ UNCHANGED <<br, row, tm, theManager, wire, rec, asked, settled>>

ManagerDies ==
  /\ "late" \in FAULTS /\ scan.s # "idle" /\ scan' = NoScan
  /\ wire' = IF scan.s = "write" THEN wire \cup {[o |-> Wanted, p |-> scan.b]} ELSE wire
  /\ UNCHANGED <<br, row, tm, theManager, rec, asked, settled>>

---------------------------------------------------------------------------
(* An operator. Every local transaction that was at work when the branches were listed
   has ended: none can come later, so the row names them all. He orders a commit only
   of what was voted for.                                                    *)

Order ==
  /\ Operator /\ row.o = "none" /\ (\E n \in RM : Listed(n))
  /\ \A n \in RM : br[n] # "open" \/ MUTANT = "order-names-some"
  /\ \E o \in {"A", "C"}, w \in Weak :
       /\ o = "C" => \A n \in RM : br[n] \in {"prepared", "open"}
       /\ row' = [o |-> o, p |-> {n \in RM : Listed(n)}, w |-> w]
  /\ asked' = {}
  /\ UNCHANGED <<br, tm, theManager, scan, wire, rec, settled>>

---------------------------------------------------------------------------
\* The nodes

Prepare(n) ==
  /\ tm # "work" /\ br[n] = "open"
  /\ br' = [br EXCEPT ![n] = IF Failovers THEN "weak" ELSE "prepared"]
  /\ UNCHANGED <<row, tm, theManager, scan, wire, rec, asked, settled>>

PrepareLasts(n) ==
  /\ br[n] = "weak" /\ br' = [br EXCEPT ![n] = "prepared"]
  /\ UNCHANGED <<row, tm, theManager, scan, wire, rec, asked, settled>>

NodeCrash(n) ==
  /\ br[n] = "open" /\ br' = [br EXCEPT ![n] = "lost"]
  /\ UNCHANGED <<row, tm, theManager, scan, wire, rec, asked, settled>>

Carry(n, verdict) ==
  IF ~Listed(n) THEN UNCHANGED br
  ELSE IF verdict = "undone" THEN br' = [br EXCEPT ![n] = "undone"]
  ELSE \/ br' = [br EXCEPT ![n] = "committed"]
       \/ Failovers /\ br' = [br EXCEPT ![n] = "local"]

Finish(n) ==
  /\ Listed(n)
  /\ \/ tm = "committed" /\ Carry(n, "committed")
     \/ /\ tm = "aborted" /\ (Operator => row.o = "A" \/ MUTANT = "rollback-unasked")
        /\ Carry(n, "undone")
     \/ tm = "prepared" /\ word = "commit" /\ MUTANT = "finish-before-row" /\ Carry(n, "committed")
  /\ UNCHANGED <<row, tm, theManager, scan, wire, rec, asked, settled>>

\* What the standby does not have is gone, at the home the row, too. What was read
\* there without an answer to the barrier counts for nothing.
After(n) == IF br[n] = "local" THEN "prepared" ELSE IF br[n] \in {"weak", "open"} THEN "lost" ELSE br[n]

Failover(n) ==
  /\ Failovers /\ (br[n] \in {"local", "weak"} \/ (n = HOME /\ row.w))
  /\ br' = [br EXCEPT ![n] = After(n)]
  /\ IF n # HOME THEN UNCHANGED <<row, rec, asked>>
     ELSE /\ row' = IF row.w THEN NoRow ELSE row
          /\ asked' = IF row.w THEN {} ELSE asked
          /\ rec' = [r \in REC |-> IF rec[r].s = "read" THEN Idle ELSE rec[r]]
  /\ UNCHANGED <<tm, theManager, scan, wire, settled>>

---------------------------------------------------------------------------
\* Our recovery: it finishes what has a row, and nothing else, however old

See(r, n) ==
  /\ rec[r].s = "idle" /\ Listed(n) /\ (row.o # "none" \/ MUTANT = "recovery-fences")
  /\ rec' = [rec EXCEPT ![r] = [s |-> "saw", n |-> n, d |-> "none"]]
  /\ UNCHANGED <<br, row, tm, theManager, scan, wire, asked, settled>>

Judge(r) ==
  /\ rec[r].s = "saw"
  /\ LET d == IF row.o = "C" THEN "committed" ELSE "undone"
         fences == row.o = "none" /\ MUTANT = "recovery-fences" IN
     /\ rec' = [rec EXCEPT ![r] =
          IF row.o = "none" /\ ~fences THEN Idle                   \* the manager decides
          ELSE IF row.o = "C" /\ rec[r].n \notin row.p THEN Idle  \* in doubt
          ELSE [s |-> IF MUTANT \in IF row.o = "C" THEN {"no-barrier"} ELSE {"abort-without-barrier", "recovery-fences"}
                      THEN "act" ELSE "read", n |-> rec[r].n, d |-> d]]
     /\ row' = IF fences THEN [o |-> "A", p |-> {}, w |-> FALSE] ELSE row
  /\ UNCHANGED <<br, tm, theManager, scan, wire, asked, settled>>

Confirm(r) ==
  /\ rec[r].s = "read"
  /\ row' = [row EXCEPT !.w = FALSE]
  /\ rec' = [rec EXCEPT ![r].s = "act"]
  /\ UNCHANGED <<br, tm, theManager, scan, wire, asked, settled>>

Act(r) ==
  /\ rec[r].s = "act" /\ Carry(rec[r].n, rec[r].d)
  /\ rec' = [rec EXCEPT ![r] = Idle]
  /\ UNCHANGED <<row, tm, theManager, scan, wire, asked, settled>>

---------------------------------------------------------------------------
\* The janitor

(* Not listed, ended as decided, with a write that waits for the standby. A branch at
   work is "in progress": its PREPARE may still arrive.                      *)
AskBranch(n) ==
  /\ n \in row.p \ asked
  /\ \/ row.o = "C" /\ br[n] \in {"committed", "local"}
     \/ row.o = "A" /\ br[n] \in {"lost", "undone"}
     \/ row.o = "A" /\ br[n] = "open" /\ MUTANT = "unknown-xid-is-done"
  /\ br' = [br EXCEPT ![n] = IF br[n] = "local" THEN "committed" ELSE br[n]]
  /\ asked' = asked \cup {n}
  /\ UNCHANGED <<row, tm, theManager, scan, wire, rec, settled>>

\* An A row must moreover have outlived every transaction that ran at the home as it
\* was written; a prepared one runs, too.
DeleteRow ==
  /\ row.o # "none"
  /\ row.p \subseteq asked \/ (MUTANT = "commit-row-by-age" /\ row.o = "C")
  /\ row.o = "A" => ~Listed(HOME) /\ br[HOME] # "open"
  /\ row' = NoRow /\ asked' = {}
  /\ mark' = (mark \/ (Operator /\ row.o = "C"))
  /\ UNCHANGED <<br, tm, theManager, scan, wire, rec, settled>>

---------------------------------------------------------------------------
Facade     == Vote \/ AnswerOk \/ AnswerRollback \/ MeetCommit \/ FenceForGood \/ TellUnasked \/ WriteDown \/ LearnEnd
              \/ Delay \/ RollBackBare \/ Die
Manager    == Decide \/ HearCommitted
Comeback   == Scan \/ ScanRow \/ Forget \/ AskAll \/ Replay \/ ScanAgain
Node(n)    == Prepare(n) \/ PrepareLasts(n) \/ NodeCrash(n) \/ Finish(n) \/ Failover(n)
Recover(r) == Judge(r) \/ Confirm(r) \/ Act(r) \/ \E n \in RM : See(r, n)
Asking     == \E n \in RM : AskBranch(n)
Same(step) == step /\ UNCHANGED mark
Janitor    == DeleteRow \/ Same(Asking)

Next == Janitor \/ Same(Facade) \/ Same(Manager) \/ Same(Comeback) \/ Same(ManagerDies) \/ Same(LateWord)
        \/ Same(Order) \/ (\E n \in RM : Same(Node(n))) \/ (\E r \in REC : Same(Recover(r)))

Spec == Init /\ [][Next]_vars

\* The facade ends at last, its sessions are noticed as gone, the manager comes back,
\* recovery and janitor keep running.
FairSpec == Spec /\ WF_vars(Same(Die)) /\ WF_vars(Same(Comeback)) /\ WF_vars(Janitor)
            /\ (\A n \in RM : WF_vars(tm = "over" /\ Same(NodeCrash(n))))
            /\ \A r \in REC : WF_vars(Same(Recover(r)))

Symmetry == Permutations(RM \ {HOME}) \cup Permutations(REC)

---------------------------------------------------------------------------
\* What must hold

\* The branches end as the manager decided for the other resource.
Atomic == /\ said = "commit" => \A n \in RM : br[n] \notin {"lost", "undone"}
          /\ (\E n \in RM : br[n] \in {"committed", "local"}) => said = "commit"
\* The branches end alike, also where an operator and the manager disagree.
Alike == ~\E n, m \in RM : br[n] \in {"committed", "local"} /\ br[m] \in {"lost", "undone"}
RowIsWord == /\ row.o = "C" => said = "commit"
             /\ row.o = "A" => said = "abort"
NoHeuristic == ~heur
\* What the manager was told is rolled back has not been committed by an operator.
Told == settled => \A n \in RM : br[n] \notin {"local", "committed"}
\* A row C that anybody can see is never read of a transaction that is rolled back.
CommitIsTrue == row.o = "C" => \A n \in RM : br[n] \notin {"lost", "undone"}
\* A manager that has forgotten its commit leaves no branch alone.
Remembered == said = "commit" /\ ~mlog /\ ~(row.o = "C" /\ ~row.w) => \A n \in RM : br[n] = "committed"
\* No branch is in doubt beside its own row C.
Named == row.o = "C" => \A n \in RM : Listed(n) => n \in row.p
\* What was written down as rolled back leaves no branch to a manager that has forgotten it.
Orphan == settled => \A n \in RM : Listed(n) => row.o = "A"

\* What a passing run must have visited.
NeverAllCommit    == ~(said = "commit" /\ \A n \in RM : br[n] = "committed")
NeverReplayed     == ~(tm = "over" /\ mlog /\ row.o = "none" /\ scan.s = "write")
NeverAskedAgain   == ~(tm = "prepared" /\ word = "commit" /\ row.o = "C")
NeverLeft         == ~(said = "commit" /\ ~mlog /\ tm = "over" /\ \E n \in RM : br[n] = "prepared")
NeverPresumed     == ~(tm = "over" /\ ~settled /\ row.o = "A" /\ row.p # RM)
NeverLatePrepare  == ~(settled /\ tm = "over" /\ row.o = "A" /\ \E n \in RM : br[n] = "open" /\ br[HOME] = "undone")
NeverLateWord     == ~(row.o = "C" /\ tm = "over" /\ ~mlog /\ wire # {} /\ \A n \in RM : br[n] = "committed")
NeverClean        == ~(said = "commit" /\ tm = "over" /\ row.o = "none" /\ \A n \in RM : br[n] = "committed")
NeverForgets      == ~(scan.s = "unlisted" /\ mlog /\ row.o = "C" /\ \E n \in RM : Listed(n))
NeverNotDecided   == ~(tm = "over" /\ row.o = "none" /\ mlog /\ \A n \in RM : br[n] = "prepared")
\* This needs an instance that knows only some nodes.
NeverRefused      == ~(scan.s = "listed" /\ mlog /\ row.o = "none" /\ HOME \in scan.k /\ scan.k # RM)
\* These need failovers.
NeverWeakRow      == ~(scan.s = "seen" /\ row.o = "C" /\ row.w /\ mlog)
NeverListedAgain  == ~(tm = "over" /\ row.o = "C" /\ asked # {} /\ \E n \in RM : br[n] = "local")
\* These need an operator.
NeverOverruled    == ~(said = "commit" /\ heur /\ \A n \in RM : br[n] \in {"lost", "undone"})
NeverOrdered      == ~(said = "abort" /\ \A n \in RM : br[n] = "committed")
NeverMetCommit    == ~(tm = "prepared" /\ said = "abort" /\ word = "abort" /\ row.o = "C")
NeverTooLate      == ~(ENABLED LearnEnd /\ word = "commit")
NeverLostOrder    == ~(Operator /\ row.o = "A" /\ row.w /\ said = "commit" /\ \E r \in REC : rec[r].s = "read")

\* TLC prints the name of each as soon as it is violated, and goes on.
Witnesses == <<
  <<"NeverAllCommit", NeverAllCommit>>,
  <<"NeverReplayed", NeverReplayed>>,
  <<"NeverAskedAgain", NeverAskedAgain>>,
  <<"NeverLeft", NeverLeft>>,
  <<"NeverPresumed", NeverPresumed>>,
  <<"NeverLatePrepare", NeverLatePrepare>>,
  <<"NeverLateWord", NeverLateWord>>,
  <<"NeverClean", NeverClean>>,
  <<"NeverForgets", NeverForgets>>,
  <<"NeverNotDecided", NeverNotDecided>>,
  <<"NeverRefused", NeverRefused>>,
  <<"NeverWeakRow", NeverWeakRow>>,
  <<"NeverListedAgain", NeverListedAgain>>,
  <<"NeverOverruled", NeverOverruled>>,
  <<"NeverOrdered", NeverOrdered>>,
  <<"NeverMetCommit", NeverMetCommit>>,
  <<"NeverTooLate", NeverTooLate>>,
  <<"NeverLostOrder", NeverLostOrder>>>>
Visits == \A i \in DOMAIN Witnesses :
            Witnesses[i][2] \/ TLCGet(i) \/ (TLCSet(i, TRUE) /\ PrintT(Witnesses[i][1]))
ASSUME \A i \in 1..18 : TLCSet(i, FALSE)


\* Liveness: no branch stays prepared, no row stays.
Resolved == <>[](\A n \in RM : ~Listed(n))
Clean    == <>[](row.o = "none")
=============================================================================
