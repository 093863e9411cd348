"""The books balance whatever fails, and whenever: Hypothesis drives an account, the store fails at random."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from moto import mock_aws

from handler.domain.account import Account, Caller, Hold
from handler.domain.errors import (
    DeadlineExceededError,
    InsufficientCreditsError,
    OverloadedError,
    StoreUnavailableError,
)
from handler.domain.ledger import LineKind, differences
from handler.ports import AccountStore, KeyStore
from handler.services.accounts import Accounts, HoldRule
from handler.services.bookkeeping import Bookkeeping
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.keys import AwsKeys
from handler.stores.aws.table import Table
from handler.stores.local.accounts import LocalAccounts
from handler.stores.local.keys import LocalKeys
from tests.backends import dynamodb_client, make_table
from tests.faults import Fault, Faults, FaultyDatabase, make_faulty

LIFETIME_SECONDS = 60
MAX_HOLDS = 20
FAULTS = st.none() | st.builds(Fault, st.integers(0, 3), st.integers(1, 4), st.booleans())
AMOUNTS = st.sampled_from([0, 1, 250, 1000, 6000])
PICKS = st.integers(0, 4)


@contextmanager
def sqlite(faults: Faults) -> Iterator[tuple[AccountStore, KeyStore]]:
    """A database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = FaultyDatabase(Path(folder) / "accounts.sqlite3", faults)
        yield LocalAccounts(database), LocalKeys(database)
        database.close()


@contextmanager
def dynamodb(faults: Faults) -> Iterator[tuple[AccountStore, KeyStore]]:
    """A table of its own in moto, within this process for speed."""
    with mock_aws():
        client = dynamodb_client()
        make_table(client, "accounts")
        make_faulty(client, faults)
        table = Table(client, "accounts", sleep=lambda _: None)
        yield AwsAccounts(table), AwsKeys(table)


class BooksUnderFaults(RuleBasedStateMachine):
    """One account, any order of events, any call failing."""

    open_stores: ClassVar = sqlite
    operations: ClassVar = 0
    faults_met: ClassVar = 0

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()
        self.now = 1_800_000_000.0
        self.opened = type(self).open_stores(self.faults)
        self.store, keys = self.opened.__enter__()
        rule_ = HoldRule((), LIFETIME_SECONDS, MAX_HOLDS)
        self.accounts = Accounts(self.store, rule_, lambda: self.now, lambda _: None)
        self.bookkeeping = Bookkeeping(self.store, keys, lambda: self.now)
        self.caller = Caller(self.bookkeeping.create_account("model"), "key", test=False)
        self.granted = 0
        self.hands: list[Hold] = []
        self.asked: set[str] = set()
        self.settled: dict[str, LineKind] = {}

    @initialize()
    def start_with_credits(self) -> None:
        """Enough for most holds, so that most of them are placed."""
        self.change_credits(20_000, None)

    @rule(amount=st.sampled_from([-3000, -1, 1, 500, 5000]), fault=FAULTS)
    def change_credits(self, amount: int, fault: Fault | None) -> None:
        """Grant or adjust; where the answer is lost, all of it or nothing is there."""
        balance = self.look().balance
        apply = self.bookkeeping.grant if amount > 0 else self.bookkeeping.adjust
        try:
            with self.faults.during(fault):
                apply(self.caller.account_id, amount, "model")
        except InsufficientCreditsError:
            assert balance + amount < 0
        except StoreUnavailableError:
            assert self.look().granted in {self.granted, self.granted + amount}
            self.granted = self.look().granted
        else:
            self.granted += amount
        self.check()

    @rule(amount=AMOUNTS, placing=FAULTS, ending=FAULTS, commits=st.booleans())
    def serve(self, amount: int, placing: Fault | None, ending: Fault | None, commits: bool) -> None:  # noqa: FBT001
        """One request from its hold to its end."""
        if self.place(amount, placing):
            (self.spend if commits else self.give_back)(self.hands[-1], ending)

    @rule(amount=AMOUNTS, fault=FAULTS)
    def die(self, amount: int, fault: Fault | None) -> None:
        """A request whose process is killed after its hold."""
        self.place(amount, fault)

    @precondition(lambda self: self.hands)
    @rule(pick=PICKS, fault=FAULTS, commits=st.booleans())
    def end_again(self, pick: int, fault: Fault | None, commits: bool) -> None:  # noqa: FBT001
        """End any hold ever placed, whether it is open, lapsed or ended."""
        (self.spend if commits else self.give_back)(self.pick(pick), fault)

    def place(self, amount: int, fault: Fault | None) -> bool:
        """Hold, which gives back what lapsed first; refused only for want of credits or of room."""
        before = self.look()
        lapsed = before.expired_holds(int(self.now * 1e6))
        free = before.balance + sum(hold.amount for hold in lapsed)
        placed = False
        try:
            with self.faults.during(fault):
                self.hands.append(self.accounts.hold(self.caller, amount, "req_model"))
            placed = True
        except InsufficientCreditsError:
            assert free < amount or len(lapsed) > 10
        except OverloadedError:
            assert len(before.holds) - len(lapsed) >= MAX_HOLDS
        except StoreUnavailableError:
            assert fault is not None
        self.check()
        return placed

    def spend(self, hold: Hold, fault: Fault | None) -> None:
        """Commit, of a large hold a part only; a receipt is final."""
        self.asked.add(hold.id)
        back = hold.amount // 4 if hold.amount > 1000 else 0
        try:
            with self.faults.during(fault):
                receipt = self.accounts.commit(hold, back)
        except DeadlineExceededError:
            self.settle(hold, LineKind.RELEASE)
        except StoreUnavailableError:
            assert fault is not None
        else:
            assert hold.amount - back == receipt.charged
            self.settle(hold, LineKind.COMMIT)
        self.check()

    def give_back(self, hold: Hold, fault: Fault | None) -> None:
        """Release; never an error."""
        with self.faults.during(fault):
            self.accounts.release(hold)
        self.check()

    def pick(self, number: int) -> Hold:
        """One of the latest holds."""
        return self.hands[-1 - number % len(self.hands)]

    @precondition(lambda self: self.hands)
    @rule(pick=PICKS, fault=FAULTS)
    def take_over(self, pick: int, fault: Fault | None) -> None:
        """End the hold of a run that is taken for dead."""
        hold = self.pick(pick)
        try:
            with self.faults.during(fault):
                ended = self.accounts.end_dead_hold(hold.account_id, hold.id)
        except StoreUnavailableError:
            assert fault is not None
        else:
            assert (ended is None) == (hold.amount == 0)
            if ended is not None:
                self.settle(hold, ended)
        self.check()

    @rule(seconds=st.sampled_from([1.0, 25.0, 61.0]), sweeps=st.booleans(), fault=FAULTS)
    def let_time_pass(self, seconds: float, sweeps: bool, fault: Fault | None) -> None:  # noqa: FBT001
        """Holds lapse, and are swept or are not."""
        self.now += seconds
        if not sweeps:
            return
        try:
            with self.faults.during(fault):
                self.accounts.sweep()
        except StoreUnavailableError:
            assert fault is not None
        else:
            assert () == self.look().expired_holds(int(self.now * 1e6))
        self.check()

    def settle(self, hold: Hold, kind: LineKind) -> None:
        """Note how a hold ended; it must stay so."""
        if hold.amount:
            assert kind is self.settled.setdefault(hold.id, kind)

    def look(self) -> Account:
        """The account as it is, by a store that works."""
        return self.bookkeeping.find(self.caller.account_id)

    def check(self) -> None:
        """Nothing below zero, nothing lost, nothing twice, nothing spent that nobody asked to spend."""
        type(self).operations += 1
        account = self.look()
        lines = list(self.store.read_ledger(account.id))
        ends = {line.id: line.kind for line in lines}
        spent = {line.id for line in lines if line.kind is LineKind.COMMIT}

        assert self.granted == account.granted == account.balance + account.held + account.spent
        assert 0 <= min(account.balance, account.held, account.spent)
        assert () == differences(account, lines)
        assert len(ends) == len(lines)
        assert spent <= self.asked
        assert self.settled == {hold_id: ends.get(hold_id) for hold_id in self.settled}

    def teardown(self) -> None:
        """At last, whatever died: a sweep, and every credit is with its owner or spent."""
        self.now += 2 * LIFETIME_SECONDS
        self.accounts.sweep()
        account = self.look()

        assert () == account.holds
        assert self.granted == account.balance + account.spent
        type(self).faults_met += self.faults.happened
        self.opened.__exit__(None, None, None)


class DynamoDBUnderFaults(BooksUnderFaults):
    """The same on DynamoDB."""

    open_stores: ClassVar = dynamodb
    operations: ClassVar = 0
    faults_met: ClassVar = 0


@pytest.mark.parametrize(
    ("machine", "examples", "least"),
    [(BooksUnderFaults, 255, 10_000), (DynamoDBUnderFaults, 20, 700)],
    ids=["sqlite", "dynamodb"],
)
def test_the_books_balance_under_faults(
    machine: type[BooksUnderFaults], examples: int, least: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over 10,000 operations on the two backends, with failures between any two writes: drift 0."""
    how = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)

    figures = f"{machine.operations} operations, {machine.faults_met} calls failed, drift 0"
    with capsys.disabled():
        sys.stdout.write(f"\n{machine.__name__}: {figures}\n")
    assert machine.operations >= least
    assert machine.faults_met >= least / 10
