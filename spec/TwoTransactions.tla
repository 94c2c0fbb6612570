--------------------------- MODULE TwoTransactions ---------------------------
(* Two global transactions at once, with the same home and the same participant.
   They share the home's counter of xids, the decision table, the mark, and the
   recoverer and the janitor that look after both. Each is CommitProtocol with one
   participant, coarser where one transaction alone was checked there: PREPARE is
   answered, nothing fails over, every branch wrote.

   br       each transaction's branch on the participant: open, prepared,
            committed, lost, undone
   home     its transaction at the home: open, committed, aborted;  hx = its xid
   dec      its decision burst: no, sent, inserted, ok, refused, cut
   row      its row: [o, x]; x = the xid that wrote it
   knows    the coordinator that asks knows its home's xid, because the vote had to
            ask that branch; chosen when it matters
   tm       work, prepared, deciding, asking, over
   mark     the highest xid of any deleted C row; 0: never raised
   raising  mutant only: C rows are deleted, the mark is not raised yet
   pmark    the participant's mark at the home: the highest xid there of any deleted C
            row; 0: none
   rec      the recoverer: [s, t, d, x], in s idle, saw, fencing, act
   asked    the transactions that the participant has verifiably carried out

   FAULTS   "lost": sessions and branches at work get lost. "fence": the recoverer
            is at work. Without both, what is left is small enough for traces that
            are long. "swap": the participant gave its xids away in the other order
            than the home. "back": the participant goes back in time, once.  *)
EXTENDS Naturals, FiniteSets, Sequences, TLC
CONSTANTS T, FAULTS, MUTANT
VARIABLES br, home, hx, dec, row, nextXid, knows, tm, fin, ack, mark, raising, pmark, back, rec, asked

mine == <<br, home, hx, dec, knows, tm, fin, ack>>
ours == <<row, nextXid, mark, raising, pmark, back, asked>>
vars == <<mine, ours, rec>>

NoRow == [o |-> "none", x |-> 0]
Idle  == [s |-> "idle", t |-> "none", d |-> "none", x |-> 0]
MaxXid == 7

TypeOK ==
  /\ br \in [T -> {"open", "prepared", "committed", "lost", "undone"}]
  /\ home \in [T -> {"open", "committed", "aborted"}]
  /\ hx \in [T -> 0..MaxXid] /\ nextXid \in 1..MaxXid /\ mark \in 0..MaxXid /\ raising \in 0..MaxXid
  /\ dec \in [T -> {"no", "sent", "inserted", "ok", "refused", "cut"}]
  /\ row \in [T -> [o: {"none", "C", "A"}, x: 0..MaxXid]]
  /\ knows \in [T -> BOOLEAN]
  /\ tm \in [T -> {"work", "prepared", "deciding", "asking", "over"}]
  /\ fin \in [T -> {"no", "commit", "abort"}]
  /\ ack \in [T -> {"none", "commit", "abort", "unknown"}]
  /\ asked \subseteq T /\ pmark \in 0..MaxXid /\ back \in BOOLEAN

Init ==
  /\ br = [t \in T |-> "open"] /\ home = [t \in T |-> "open"] /\ hx = [t \in T |-> 0]
  /\ dec = [t \in T |-> "no"] /\ row = [t \in T |-> NoRow] /\ nextXid = 1
  /\ knows = [t \in T |-> FALSE]
  /\ tm = [t \in T |-> "work"] /\ fin = [t \in T |-> "no"] /\ ack = [t \in T |-> "none"]
  /\ mark = 0 /\ raising = 0 /\ pmark = 0 /\ back = FALSE /\ rec = Idle /\ asked = {}

(* Only the order of xids matters, and only to what still runs or may still ask: an A
   row that is written when no home runs has nobody to wait for.             *)
HomesRun == \E t \in T : home[t] = "open"
NewXid  == IF HomesRun THEN nextXid ELSE 0
TakeXid == nextXid < MaxXid /\ nextXid' = IF HomesRun THEN nextXid + 1 ELSE nextXid

Running == {hx[t] : t \in {u \in T : home[u] = "open" /\ hx[u] # 0}}
           \cup (IF rec.x # 0 THEN {rec.x} ELSE {})
Xmin == CHOOSE m \in Running \cup {nextXid} : \A x \in Running \cup {nextXid} : m <= x

(* The xid of a transaction's branch. Only its order matters. Where the orders differ, a
   branch whose home has not written yet has the lowest.                     *)
Swap  == "swap" \in FAULTS
Px(t) == IF Swap THEN IF hx[t] = 0 THEN 0 ELSE MaxXid - hx[t]
         ELSE IF hx[t] = 0 THEN MaxXid ELSE hx[t]

Fencing(t) == rec.s = "fencing" /\ rec.t = t
Tell(t, a) == ack' = [ack EXCEPT ![t] = IF @ = "none" THEN a ELSE @]

---------------------------------------------------------------------------
\* The coordinators

HomeWrites(t) ==
  /\ tm[t] = "work" /\ home[t] = "open" /\ hx[t] = 0
  /\ hx' = [hx EXCEPT ![t] = NewXid] /\ TakeXid
  /\ UNCHANGED <<br, home, dec, knows, tm, fin, ack, row, mark, raising, pmark, back, asked, rec>>

Prepare(t) ==
  /\ tm[t] = "work" /\ hx[t] # 0 /\ br[t] = "open"
  /\ br' = [br EXCEPT ![t] = "prepared"] /\ tm' = [tm EXCEPT ![t] = "prepared"]
  /\ UNCHANGED <<home, hx, dec, knows, fin, ack, ours, rec>>

Decide(t) ==
  /\ tm[t] = "prepared"
  /\ tm' = [tm EXCEPT ![t] = "deciding"] /\ dec' = [dec EXCEPT ![t] = "sent"]
  /\ UNCHANGED <<br, home, hx, knows, fin, ack, ours, rec>>

Ends(t, f, a) == tm' = [tm EXCEPT ![t] = "over"] /\ fin' = [fin EXCEPT ![t] = f] /\ Tell(t, a)

Learn(t) ==
  /\ tm[t] = "deciding" /\ dec[t] \in {"ok", "refused"}
  /\ IF dec[t] = "ok" THEN Ends(t, "commit", "commit") ELSE Ends(t, "abort", "abort")
  /\ UNCHANGED <<br, home, hx, dec, knows, ours, rec>>

\* No answer, or not in time: the decision may still be on its way.
NoAnswer(t) ==
  /\ tm[t] = "deciding" /\ tm' = [tm EXCEPT ![t] = "asking"]
  /\ \E k \in BOOLEAN : knows' = [knows EXCEPT ![t] = k]
  /\ UNCHANGED <<br, home, hx, dec, fin, ack, ours, rec>>

Proves(t) ==
  \/ mark = 0 \/ Px(t) > pmark
  \/ IF knows[t] THEN hx[t] > mark ELSE MUTANT = "unknown-xid-is-above"

Ask(t) ==
  /\ tm[t] = "asking" /\ dec[t] # "inserted" /\ ~Fencing(t)
  /\ IF row[t].o = "none" /\ Proves(t) THEN row' = [row EXCEPT ![t] = [o |-> "A", x |-> NewXid]] /\ TakeXid
     ELSE UNCHANGED <<row, nextXid>>
  /\ IF row[t].o = "C" THEN Ends(t, "commit", "commit")
     ELSE IF Proves(t) THEN Ends(t, "abort", "abort")
     ELSE Ends(t, "no", "unknown")
  /\ knows' = [knows EXCEPT ![t] = FALSE]
  /\ UNCHANGED <<br, home, hx, dec, mark, raising, pmark, back, asked, rec>>

Die(t) ==
  /\ tm[t] # "over" /\ tm' = [tm EXCEPT ![t] = "over"]
  /\ UNCHANGED <<br, home, hx, dec, knows, fin, ack, ours, rec>>

---------------------------------------------------------------------------
\* The home and the participant

HomeInsert(t) ==
  /\ dec[t] = "sent" /\ home[t] = "open" /\ ~Fencing(t)
  /\ IF row[t].o # "none"
     THEN home' = [home EXCEPT ![t] = "aborted"] /\ dec' = [dec EXCEPT ![t] = "refused"]
     ELSE dec' = [dec EXCEPT ![t] = "inserted"] /\ UNCHANGED home
  /\ UNCHANGED <<br, hx, knows, tm, fin, ack, ours, rec>>

HomeCommit(t) ==
  /\ dec[t] = "inserted" /\ home[t] = "open"
  /\ home' = [home EXCEPT ![t] = "committed"] /\ dec' = [dec EXCEPT ![t] = "ok"]
  /\ row' = [row EXCEPT ![t] = [o |-> "C", x |-> hx[t]]]
  /\ UNCHANGED <<br, hx, knows, tm, fin, ack, nextXid, mark, raising, pmark, back, asked, rec>>

HomeLost(t) ==
  /\ "lost" \in FAULTS /\ home[t] = "open" /\ home' = [home EXCEPT ![t] = "aborted"]
  /\ dec' = [dec EXCEPT ![t] = IF @ \in {"sent", "inserted"} THEN "cut" ELSE @]
  /\ UNCHANGED <<br, hx, knows, tm, fin, ack, ours, rec>>

BranchLost(t) ==
  /\ "lost" \in FAULTS /\ br[t] = "open" /\ br' = [br EXCEPT ![t] = "lost"]
  /\ UNCHANGED <<home, hx, dec, knows, tm, fin, ack, ours, rec>>

Carry(t, d) == br' = [br EXCEPT ![t] = IF @ = "prepared" THEN d ELSE @]

\* The participant's disk is put back: a branch that was finished is prepared again.
GoesBack(t) ==
  /\ "back" \in FAULTS /\ ~back /\ br[t] = "committed"
  /\ br' = [br EXCEPT ![t] = "prepared"] /\ back' = TRUE
  /\ UNCHANGED <<home, hx, dec, knows, tm, fin, ack, row, nextXid, mark, raising, pmark, asked, rec>>

Finish(t) ==
  /\ fin[t] # "no" /\ br[t] = "prepared"
  /\ Carry(t, IF fin[t] = "commit" THEN "committed" ELSE "undone")
  /\ UNCHANGED <<home, hx, dec, knows, tm, fin, ack, ours, rec>>

---------------------------------------------------------------------------
\* The recoverer: one pass sees both, and fences one at a time

Scan(t) ==
  /\ "fence" \in FAULTS /\ rec.s = "idle" /\ br[t] = "prepared"
  /\ rec' = [Idle EXCEPT !.s = "saw", !.t = t]
  /\ UNCHANGED <<mine, ours>>

Verb(o) == IF o = "C" THEN "committed" ELSE "undone"

Fence ==
  /\ rec.s = "saw" /\ dec[rec.t] # "inserted"
  /\ LET t == rec.t IN
     IF MUTANT = "any-row" /\ \E u \in T : row[u].o # "none"
     THEN \E u \in T : row[u].o # "none" /\ rec' = [rec EXCEPT !.s = "act", !.d = Verb(row[u].o)]
                       /\ UNCHANGED nextXid
     ELSE IF row[t].o # "none" THEN rec' = [rec EXCEPT !.s = "act", !.d = Verb(row[t].o)] /\ UNCHANGED nextXid
     ELSE IF Px(t) <= pmark THEN rec' = Idle /\ UNCHANGED nextXid
     ELSE rec' = [rec EXCEPT !.s = "fencing", !.x = NewXid] /\ TakeXid
  /\ UNCHANGED <<mine, row, mark, raising, pmark, back, asked>>

FenceStands ==
  /\ rec.s = "fencing"
  /\ row' = [row EXCEPT ![rec.t] = [o |-> "A", x |-> rec.x]]
  /\ rec' = [rec EXCEPT !.s = "act", !.d = "undone", !.x = 0]
  /\ UNCHANGED <<mine, nextXid, mark, raising, pmark, back, asked>>

Act ==
  /\ rec.s = "act" /\ Carry(rec.t, rec.d) /\ rec' = Idle
  /\ UNCHANGED <<home, hx, dec, knows, tm, fin, ack, ours>>

---------------------------------------------------------------------------
\* The janitor

AskBranch(t) ==
  /\ row[t].o = "C" /\ t \notin asked
  /\ br[t] = "committed" \/ (MUTANT = "asked-for-another" /\ \E u \in T : br[u] = "committed")
  /\ asked' = asked \cup {t}
  /\ UNCHANGED <<mine, row, nextXid, mark, raising, pmark, back, rec>>

\* Who may still prepare, or is prepared, with a lower xid there.
Waits(t) == {u \in T \ {t} : br[u] \in {"open", "prepared"} /\ Px(u) < Px(t)}

Highest(S) == CHOOSE m \in S : \A x \in S : x <= m

(* All that are carried out go at once, in the order in which they come by or both
   together, and the marks are raised in the same transaction. They never go back.
   A row waits for branches with lower xids, so that no mark passes an undecided one. *)
DeleteC ==
  /\ raising = 0
  /\ \E D \in SUBSET {t \in asked : row[t].o = "C" /\ (Waits(t) = {} \/ MUTANT = "mark-passes")} \ {{}} :
       LET top == Highest({row[t].x : t \in D})
           ptop == Highest({Px(t) : t \in D}) IN
       /\ row' = [t \in T |-> IF t \in D THEN NoRow ELSE row[t]]
       /\ asked' = asked \ D
       /\ pmark' = CASE MUTANT = "participants-last" -> ptop
                     [] MUTANT = "participants-any" -> LET t == CHOOSE u \in D : TRUE IN Highest({pmark, Px(t)})
                     [] OTHER                       -> Highest({pmark, ptop})
       /\ CASE MUTANT = "mark-later"     -> raising' = top /\ UNCHANGED mark
            [] MUTANT = "mark-goes-back" -> mark' = top /\ UNCHANGED raising
            [] MUTANT = "lowest-mark"    ->
                 /\ \E t \in D : mark' = IF row[t].x > mark THEN row[t].x ELSE mark
                 /\ UNCHANGED raising
            [] OTHER                     -> mark' = Highest({mark, top}) /\ UNCHANGED raising
  /\ UNCHANGED <<mine, nextXid, back, rec>>

RaiseLater ==
  /\ raising # 0 /\ mark' = Highest({mark, raising}) /\ raising' = 0
  /\ UNCHANGED <<mine, row, nextXid, pmark, back, asked, rec>>

DeleteA(t) ==
  /\ row[t].o = "A"
  /\ \/ Xmin > row[t].x
     \/ MUTANT = "xmax" /\ nextXid > row[t].x /\ \E u \in T : home[u] # "open"
  /\ row' = [row EXCEPT ![t] = NoRow]
  /\ UNCHANGED <<mine, nextXid, mark, raising, pmark, back, asked, rec>>

---------------------------------------------------------------------------
Each(t) == HomeWrites(t) \/ Prepare(t) \/ Decide(t) \/ Learn(t) \/ NoAnswer(t) \/ Ask(t) \/ Die(t)
           \/ HomeInsert(t) \/ HomeCommit(t) \/ HomeLost(t) \/ BranchLost(t) \/ GoesBack(t) \/ Finish(t)
Recover == Fence \/ FenceStands \/ Act \/ \E t \in T : Scan(t)
Janitor == DeleteC \/ RaiseLater \/ \E t \in T : AskBranch(t) \/ DeleteA(t)

Next == Recover \/ Janitor \/ \E t \in T : Each(t)
Spec == Init /\ [][Next]_vars

\* Which is which makes no difference.
Symmetry == Permutations(T)

---------------------------------------------------------------------------
Atomic    == \A t \in T : ~ /\ home[t] = "committed" \/ br[t] = "committed"
                            /\ home[t] = "aborted" \/ br[t] \in {"lost", "undone"}
AckCommit == \A t \in T : ack[t] = "commit" => home[t] = "committed" /\ br[t] \notin {"lost", "undone"}
AckAbort  == \A t \in T : ack[t] = "abort" => home[t] # "committed" /\ br[t] # "committed"
Forgotten == \A t \in T : home[t] = "committed" /\ row[t].o # "C" /\ ~back => br[t] = "committed"
AbortIsTrue == \A t \in T : row[t].o = "A" => home[t] # "committed"
\* A branch that no restore has brought back, and that is not decided, is above the mark.
NotCaught == ~back => \A t \in T : br[t] = "prepared" /\ home[t] # "committed" => Px(t) > pmark
\* The mark covers every C row that is gone.
MarkHolds == \A t \in T : home[t] = "committed" /\ row[t].o # "C" => mark >= hx[t]

\* What a passing run must have visited.
NeverUnknownByOther == ~(\E t \in T : tm[t] = "asking" /\ knows[t] /\ home[t] = "aborted" /\ hx[t] < mark)
NeverUnknownOut     == ~(\E t \in T : ack[t] = "unknown" /\ home[t] = "aborted" /\ br[t] = "undone")
NeverSureDespite    == ~(\E t \in T : mark # 0 /\ ack[t] = "abort" /\ tm[t] = "over" /\ hx[t] > mark /\ dec[t] = "cut")
NeverHeldByOther    == ~(\E t, u \in T : row[t].o = "A" /\ home[t] # "open" /\ home[u] = "open" /\ hx[u] # 0 /\ hx[u] < row[t].x)
NeverBothIn         == ~(\A t \in T : home[t] = "committed" /\ br[t] = "committed" /\ row[t].o = "none")
NeverOneEach        == ~(\E t, u \in T : row[t].o = "C" /\ row[u].o = "A" /\ br[t] = "committed" /\ br[u] = "undone")
NeverOutOfOrder     == ~(\E t, u \in T : home[t] = "committed" /\ row[t].o = "none" /\ row[u].o = "C" /\ hx[u] < hx[t])
NeverFenceInsight   == ~(rec.s = "fencing" /\ \A t \in T : dec[t] = "sent" /\ home[t] = "open")

\* TLC prints the name of each as soon as it is violated, and goes on.
Witnesses == <<
  <<"NeverUnknownByOther", NeverUnknownByOther>>,
  <<"NeverUnknownOut", NeverUnknownOut>>,
  <<"NeverSureDespite", NeverSureDespite>>,
  <<"NeverHeldByOther", NeverHeldByOther>>,
  <<"NeverBothIn", NeverBothIn>>,
  <<"NeverOneEach", NeverOneEach>>,
  <<"NeverOutOfOrder", NeverOutOfOrder>>,
  <<"NeverFenceInsight", NeverFenceInsight>>>>
Visits == \A i \in DOMAIN Witnesses :
            Witnesses[i][2] \/ TLCGet(i) \/ (TLCSet(i, TRUE) /\ PrintT(Witnesses[i][1]))
ASSUME \A i \in 1..8 : TLCSet(i, FALSE)

=============================================================================
