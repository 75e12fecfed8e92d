"""Profiles: the default, the variable that overrides it, and what a wrong value says."""

import pytest
import torch
from threadpoolctl import threadpool_info

from everyvec import profile


def test_the_default_fits_the_machine(monkeypatch):
    monkeypatch.delenv("EVERYVEC_PROFILE", raising=False)
    expected = "gpu" if torch.accelerator.is_available() else "cpu"
    assert profile.use().name == expected


def test_cpu_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("EVERYVEC_PROFILE", "cpu")
    machine = profile.use()
    assert (machine.name, machine.device.type) == ("cpu", "cpu")
    assert machine.choose(cpu=1, gpu=100) == 1
    assert torch.get_num_threads() == 1


def test_choose_gives_the_gpu_value_on_the_gpu_profile():
    assert profile.Profile("gpu", torch.device("meta")).choose(cpu=1, gpu=100) == 100


def test_an_unknown_profile_lists_the_valid_ones(monkeypatch):
    monkeypatch.setenv("EVERYVEC_PROFILE", "huge")
    with pytest.raises(ValueError, match=r"'huge'.*cpu, gpu"):
        profile.use()


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is a GPU here, so asking for it works")
def test_asking_for_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setenv("EVERYVEC_PROFILE", "gpu")
    with pytest.raises(RuntimeError, match="sees no GPU"):
        profile.use()


def test_on_cpu_numpy_has_one_thread_too(monkeypatch):
    monkeypatch.setenv("EVERYVEC_PROFILE", "cpu")
    profile.use()
    assert {pool["num_threads"] for pool in threadpool_info()} == {1}
