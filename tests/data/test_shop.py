"""The shop: repeatable, well-formed, split without overlap, and with the structure its docstring promises."""

import numpy as np
import pytest

from everyvec.data import shop

CATALOGUE, LOG = shop.draw()


def test_the_same_seed_draws_the_same_shop_and_another_does_not():
    again, other = shop.draw(), shop.draw(seed=1)
    assert again.catalogue.names == CATALOGUE.names
    np.testing.assert_array_equal(again.log.item, LOG.item)
    assert len(other.log) != len(LOG) or (other.log.item != LOG.item).any()


def test_a_log_is_sorted_and_its_baskets_belong_to_one_user_and_one_day():
    assert LOG.users == 2000
    assert set(LOG.user) == set(range(2000))
    assert (np.diff(LOG.user) >= 0).all()
    assert set(np.diff(LOG.basket)) == {0, 1}
    for column in (LOG.user, LOG.day):  # the same within a basket
        assert (np.diff(column)[np.diff(LOG.basket) == 0] == 0).all()
    new_basket = (np.diff(LOG.basket) == 1) & (np.diff(LOG.user) == 0)
    assert (np.diff(LOG.day)[new_basket] > 0).all()
    assert LOG.day.min() >= 0
    assert len({*zip(LOG.user, LOG.item, strict=True)}) == len(LOG)  # nobody buys the same item twice


def test_plain_lists_hold_the_same_items():
    baskets, histories = LOG.baskets(), LOG.histories()
    assert len(baskets) == LOG.basket[-1] + 1
    assert len(histories) == LOG.users
    assert [item for basket in baskets for item in basket] == LOG.item.tolist()
    assert histories[7] == LOG.item[LOG.user == 7].tolist()
    none_of_the_first = LOG.only(LOG.user > 1).histories()
    assert none_of_the_first[:2] == [[], []]
    assert none_of_the_first[2] == histories[2]


def test_the_last_basket_is_the_test_and_the_last_but_one_the_validation():
    parts = shop.split(LOG)
    assert sum(map(len, parts)) == len(LOG)
    for user in range(50):
        numbers = [sorted(set(part.basket[part.user == user])) for part in parts]
        assert numbers[0] + numbers[1] + numbers[2] == sorted(set(LOG.basket[LOG.user == user]))
        assert len(numbers[0]) >= 1
        assert len(numbers[1]) == len(numbers[2]) == 1


def test_what_is_known_on_the_day_of_the_test_is_the_log_without_the_test():
    parts = shop.split(LOG)
    known, expected = parts.known(), LOG.only(~np.isin(LOG.basket, parts.test.basket))
    for name in ("user", "basket", "day", "item"):
        np.testing.assert_array_equal(getattr(known, name), getattr(expected, name))


def test_names_say_what_an_item_is():
    assert len(set(CATALOGUE.names)) == len(CATALOGUE) == 300
    for i, name in enumerate(CATALOGUE.names):
        assert name.startswith(shop.BRANDS[CATALOGUE.brand[i]])
        assert shop.CATEGORIES[CATALOGUE.category[i]] in name
        assert shop.CATEGORIES[CATALOGUE.category[i]] in list(shop.KITS.values())[CATALOGUE.kit[i]]


def test_complements_are_bought_together_and_substitutes_are_not():
    together = np.zeros((300, 300))
    for basket in LOG.baskets():
        together[np.ix_(basket, basket)] += 1
    complements, substitutes = CATALOGUE.complements(), CATALOGUE.substitutes()
    assert not (complements & substitutes).any()
    assert (complements.sum(axis=1) == 8).all()  # four other categories, two models each
    assert (substitutes.sum(axis=1) == 9).all()  # five brands, two models each, without the item itself
    everything = together[~np.eye(300, dtype=bool)].mean()
    assert together[complements].mean() > 15 * everything
    assert together[substitutes].max() == 0


def test_some_items_are_bought_much_more_often_than_others():
    counts = np.sort(np.bincount(LOG.item, minlength=300))
    assert counts[-30:].sum() > 5 * counts[:30].sum() > 0
    by_brand = np.bincount(CATALOGUE.brand[LOG.item])
    by_category = np.bincount(CATALOGUE.category[LOG.item]).reshape(6, 5)
    assert by_brand[0] > 2 * by_brand[-1]
    assert (by_category[:, 0] > by_category[:, -1]).all()


def test_sizes_can_be_chosen_and_odd_ones_work():
    catalogue, log = shop.draw(users=3, items=331, seed=2)
    assert len(catalogue) == 331
    assert log.users == 3
    assert set(np.bincount(catalogue.category * 5 + catalogue.brand)) == {2, 3}
    with pytest.raises(ValueError, match="150 items"):
        shop.draw(items=149)
    with pytest.raises(ValueError, match="at least 1 user"):
        shop.draw(users=0)


def test_the_true_tastes_are_those_of_the_users_of_the_log():
    # the tastes of all people drawn, not of those who came three times: one user off after the first absence
    tastes = shop.tastes()  # (U, 6)
    assert tastes.shape == (LOG.users, 6)
    np.testing.assert_allclose(tastes.sum(axis=1), 1)
    bought = np.zeros_like(tastes)
    np.add.at(bought, (LOG.user, CATALOGUE.kit[LOG.item]), 1)
    bought /= bought.sum(axis=1, keepdims=True)
    assert np.corrcoef(bought.ravel(), tastes.ravel())[0, 1] > 0.7
    assert np.corrcoef(bought[1:].ravel(), tastes[:-1].ravel())[0, 1] < 0.5
