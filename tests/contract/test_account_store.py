"""What every account store promises."""

import pytest

from handler.domain.account import Account, AccountStatus, HoldTerms, OpenHold, Placement
from handler.domain.ledger import Line, LineKind, differences
from handler.domain.rate import Rate
from handler.ports import AccountStore
from tests.backends import Backend
from tests.parallel import in_parallel

NOW_US = 1_800_000_000_000_000
LATER_US = NOW_US + 60_000_000
FREE = HoldTerms(NOW_US, (), 500)


@pytest.fixture
def store(backend: Backend) -> AccountStore:
    """A store with one account that has ten credits."""
    backend.accounts.create_account(Account("org_a", "A", "standard", NOW_US))
    backend.accounts.add_credits(grant("line_a", 10_000))
    return backend.accounts


def grant(line_id: str, amount: int, account_id: str = "org_a") -> Line:
    """A line that gives credits."""
    return Line(line_id, account_id, LineKind.GRANT, amount, NOW_US, "test")


def ending(hold: OpenHold, kind: LineKind) -> Line:
    """A line that ends a hold."""
    return Line(hold.id, "org_a", kind, hold.amount, NOW_US, "req_test")


def place(store: AccountStore, hold: OpenHold, terms: HoldTerms = FREE) -> Placement:
    """Place a hold on the account that is there."""
    placement = store.place_hold("org_a", hold, terms)
    assert placement is not None
    return placement


def read(store: AccountStore) -> Account:
    """Read the account that is there, whose figures must always be borne out by its ledger."""
    account = store.read_account("org_a")
    assert account is not None
    assert () == differences(account, store.read_ledger("org_a"))
    return account


def test_an_account_is_read_as_it_was_opened(store: AccountStore) -> None:
    """Every field comes back."""
    expected = Account("org_a", "A", "standard", NOW_US, AccountStatus.ACTIVE, 10_000, 10_000)

    assert expected == read(store)


def test_opening_an_account_again_changes_nothing(store: AccountStore) -> None:
    """A repeated call after a lost answer does no harm."""
    store.create_account(Account("org_a", "Other", "other", LATER_US))

    assert "A" == read(store).name


def test_an_unknown_account_is_none_everywhere(store: AccountStore) -> None:
    """No primitive invents an account."""
    hold = OpenHold("h", 1000, LATER_US)
    line = Line("h", "org_none", LineKind.COMMIT, 1000, NOW_US, "")

    assert store.read_account("org_none") is None
    assert store.place_hold("org_none", hold, FREE) is None
    assert store.end_hold(line) is None
    assert store.add_credits(grant("line_b", 1, "org_none")) is False
    assert store.set_status("org_none", AccountStatus.SUSPENDED) is False
    assert [] == list(store.read_ledger("org_none"))


def test_accounts_are_listed_by_id(store: AccountStore) -> None:
    """All of them, whatever the order of their making."""
    for name in ("org_c", "org_b"):
        store.create_account(Account(name, name, "standard", NOW_US))

    assert ["org_a", "org_b", "org_c"] == [account.id for account in store.list_accounts()]


def test_a_hold_moves_credits_from_the_balance(store: AccountStore) -> None:
    """What is held can be neither held again nor is it spent."""
    placement = place(store, OpenHold("h", 4000, LATER_US))
    account = read(store)

    assert placement.placed
    assert placement.account == account
    assert (6000, 4000, 0) == (account.balance, account.held, account.spent)
    assert (OpenHold("h", 4000, LATER_US),) == account.holds


def test_a_hold_placed_twice_is_one_hold(store: AccountStore) -> None:
    """A repeated call after a lost answer holds nothing more."""
    place(store, OpenHold("h", 4000, LATER_US))
    again = place(store, OpenHold("h", 4000, LATER_US))

    assert again.placed
    assert 6000 == read(store).balance


def test_a_hold_beyond_the_balance_changes_nothing(store: AccountStore) -> None:
    """The last thousandth can be held, one more cannot."""
    rates = HoldTerms(NOW_US, (Rate.per_second(5),), 500)

    assert place(store, OpenHold("h1", 10_001, LATER_US), rates).placed is False
    assert {} == read(store).tats_us
    assert place(store, OpenHold("h2", 10_000, LATER_US), rates).placed is True
    assert place(store, OpenHold("h3", 1, LATER_US), rates).placed is False
    assert 0 == read(store).balance


def test_a_suspended_account_holds_nothing(store: AccountStore) -> None:
    """Not even for free; resumed, it works again."""
    assert store.set_status("org_a", AccountStatus.SUSPENDED) is True
    refused = [place(store, OpenHold(f"h{amount}", amount, LATER_US)).placed for amount in (0, 1000)]
    assert store.set_status("org_a", AccountStatus.ACTIVE) is True

    assert [False, False] == refused
    assert place(store, OpenHold("h", 1000, LATER_US)).placed is True


def test_holds_of_one_account_are_bounded(store: AccountStore) -> None:
    """An account's item cannot grow without end; free requests hold nothing and still pass."""
    terms = HoldTerms(NOW_US, (), 2)
    placed = [place(store, OpenHold(f"h{n}", 1, LATER_US), terms).placed for n in range(3)]

    assert [True, True, False] == placed
    assert place(store, OpenHold("free", 0, LATER_US), terms).placed is True


def test_a_free_hold_leaves_nothing_in_the_books(store: AccountStore) -> None:
    """It only counts as a request."""
    place(store, OpenHold("h", 0, LATER_US), HoldTerms(NOW_US, (Rate.per_second(5),), 500))
    account = read(store)

    assert () == account.holds
    assert {"second": NOW_US + 200_000} == account.tats_us


def test_rates_follow_their_definition_at_any_pace(store: AccountStore) -> None:
    """Bursts, rests and everything between are admitted as the arithmetic of the domain says."""
    rates = (Rate.per_second(3), Rate.per_minute(12))
    tats_us, expected, actual = {"second": 0, "minute": 0}, [], []
    now_us = NOW_US
    for step_ms in (
        0,
        0,
        0,
        0,
        100,
        250,
        400,
        0,
        3000,
        0,
        0,
        0,
        0,
        1,
        333,
        334,
        9000,
        0,
        5000,
        0,
        0,
        70_000,
        0,
    ):
        now_us += step_ms * 1000
        admitted = all(rate.admits(tats_us[rate.name], now_us) for rate in rates)
        if admitted:
            tats_us = {rate.name: rate.next_tat_us(tats_us[rate.name], now_us) for rate in rates}
        expected.append((admitted, dict(tats_us)))
        placement = place(store, OpenHold("h", 0, now_us), HoldTerms(now_us, rates, 500))
        actual.append((placement.placed, dict(placement.account.tats_us)))

    assert expected == actual
    assert {True, False} == {admitted for admitted, _ in expected}


@pytest.mark.parametrize("kind", [LineKind.COMMIT, LineKind.RELEASE])
def test_a_hold_ends_exactly_once(store: AccountStore, kind: LineKind) -> None:
    """Whatever is tried afterwards, the first end stands and is what everybody is told."""
    hold = OpenHold("h", 4000, LATER_US)
    place(store, hold)
    ends = [store.end_hold(ending(hold, each)) for each in (kind, LineKind.COMMIT, LineKind.RELEASE)]
    account = read(store)

    assert [kind] * 3 == ends
    assert (4000 if kind is LineKind.COMMIT else 0) == account.spent
    assert [LineKind.GRANT, kind] == [line.kind for line in sorted(store.read_ledger("org_a"), key=order)]


def order(line: Line) -> bool:
    """Grants first."""
    return line.kind is not LineKind.GRANT


@pytest.mark.parametrize("kind", [LineKind.COMMIT, LineKind.RELEASE])
def test_a_hold_placed_again_after_its_end_goes_back(store: AccountStore, kind: LineKind) -> None:
    """Two runs of one request share a hold's name; what the second one holds is not spent twice."""
    hold = OpenHold("h", 4000, LATER_US)
    place(store, hold)
    store.end_hold(ending(hold, kind))
    place(store, hold)
    between = store.read_account("org_a")
    ends = [store.end_hold(ending(hold, each)) for each in (LineKind.COMMIT, LineKind.RELEASE)]
    account = read(store)

    assert between is not None
    assert 4000 == between.held
    assert [kind] * 2 == ends
    assert (0, 4000 if kind is LineKind.COMMIT else 0) == (account.held, account.spent)


def test_a_commit_may_spend_a_part_and_give_back_the_rest(store: AccountStore) -> None:
    """In one write; what is tried afterwards changes nothing, and a hold of another sum is not this one."""
    hold = OpenHold("h", 4000, LATER_US)
    place(store, hold)
    part = ending(OpenHold("h", 3000, LATER_US), LineKind.COMMIT)

    assert store.end_hold(part, 2000) is None
    assert [LineKind.COMMIT] * 3 == [
        store.end_hold(part, 1000),
        store.end_hold(part, 1000),
        store.end_hold(ending(hold, LineKind.RELEASE)),
    ]
    account = read(store)
    assert (7000, 3000, 0) == (account.balance, account.spent, account.held)


def test_a_hold_that_never_was_cannot_end(store: AccountStore) -> None:
    """Nor can one of another amount; neither leaves a line."""
    place(store, OpenHold("h", 4000, LATER_US))

    assert store.end_hold(ending(OpenHold("other", 4000, LATER_US), LineKind.COMMIT)) is None
    assert store.end_hold(ending(OpenHold("h", 3000, LATER_US), LineKind.COMMIT)) is None
    assert 4000 == read(store).held


def test_a_line_of_credits_applies_once(store: AccountStore) -> None:
    """A repeated call after a lost answer gives nothing more."""
    outcomes = [store.add_credits(grant("line_b", 500)) for _ in range(2)]
    account = read(store)

    assert [True, True] == outcomes
    assert (10_500, 10_500) == (account.granted, account.balance)


def test_an_adjustment_takes_no_more_than_the_balance(store: AccountStore) -> None:
    """What is held is out of reach too."""
    place(store, OpenHold("h", 4000, LATER_US))
    too_much = Line("line_b", "org_a", LineKind.ADJUSTMENT, -6001, NOW_US, "test")
    enough = Line("line_c", "org_a", LineKind.ADJUSTMENT, -6000, NOW_US, "test")

    assert store.add_credits(too_much) is False
    assert store.add_credits(enough) is True
    assert (4000, 0) == (read(store).granted, read(store).balance)


def test_the_ledger_is_read_in_the_order_of_its_ids(store: AccountStore) -> None:
    """Every field of a line comes back."""
    lines = [grant(f"line_{letter}", n + 1) for n, letter in enumerate("zyx")]
    for line in lines:
        store.add_credits(line)

    assert [grant("line_a", 10_000), *reversed(lines)] == list(store.read_ledger("org_a"))


def test_expired_holds_are_found_in_every_account(store: AccountStore) -> None:
    """A hold is past its time from its very moment on."""
    store.create_account(Account("org_b", "B", "standard", NOW_US))
    store.add_credits(grant("line_a", 1000, "org_b"))
    early, late = OpenHold("early", 1, NOW_US), OpenHold("late", 1, NOW_US + 1)
    for hold in (early, late):
        place(store, hold)
    store.place_hold("org_b", early, FREE)

    assert [("org_a", early), ("org_b", early)] == sorted(store.expired_holds(NOW_US))


def test_200_parallel_holds_on_a_balance_for_100(store: AccountStore) -> None:
    """Exactly 100 succeed, and the rates lose no count."""
    store.add_credits(grant("line_b", 90_000))
    terms = HoldTerms(NOW_US, (Rate.per_second(1000), Rate.per_minute(1000)), 500)
    placed = in_parallel(lambda n: place(store, OpenHold(f"h{n}", 1000, LATER_US), terms).placed, 200)
    account = read(store)

    assert 100 == sum(placed)
    assert (0, 100_000) == (account.balance, account.held)
    assert NOW_US + 100 * 1000 == account.tats_us["second"]


def test_a_rate_is_not_outrun_in_parallel(store: AccountStore) -> None:
    """Of 60 requests at one moment exactly as many pass as the rate has room for."""
    terms = HoldTerms(NOW_US, (Rate.per_second(25),), 500)
    placed = in_parallel(lambda n: place(store, OpenHold(f"h{n}", 1, LATER_US), terms).placed, 60)

    assert 25 == sum(placed)
    assert 25 == read(store).held


def test_parallel_ends_of_one_hold_agree(store: AccountStore) -> None:
    """Committed or released, but the same for everybody, and once."""
    hold = OpenHold("h", 4000, LATER_US)
    place(store, hold)
    kinds = (LineKind.COMMIT, LineKind.RELEASE)
    ends = in_parallel(lambda n: store.end_hold(ending(hold, kinds[n % 2])), 24)
    account = read(store)

    assert 1 == len(set(ends))
    assert () == account.holds
    assert 10_000 == account.balance + account.spent
