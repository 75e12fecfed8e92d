"""How much noise, what is seen in it, and steps back to a picture: the same as diffusers' DDIM."""

import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler

from everyvec import training
from everyvec.multimodal.diffusion import Diffusion, UNet

B, C, SIZE, M, S, T = 4, 2, (8, 12), 3, 10, 30
TOLERANCE = {"rtol": 0, "atol": 1e-5}


def some(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def diffusion():
    made = Diffusion(UNet((8, 16), condition=S, heads=2, channels=C), steps=T, beta=(1e-3, 0.1))
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return made.eval()


@pytest.fixture
def noise():
    return some(B, C, *SIZE)


@pytest.fixture
def condition():
    return some(B, M, S, seed=1)


def theirs(kind, **more):
    return kind(num_train_timesteps=T, beta_start=1e-3, beta_end=0.1, beta_schedule="linear", **more)


def test_a_picture_is_mixed_with_as_much_noise_as_theirs(diffusion, noise):
    pictures, times = some(B, C, *SIZE, seed=2), torch.tensor([0, 1, 17, T - 1])
    wanted = theirs(DDPMScheduler).add_noise(pictures, noise, times)
    torch.testing.assert_close(diffusion.mixed(pictures, noise, times), wanted, **TOLERANCE)


@pytest.mark.parametrize("steps", [1, 7, 15, T])
@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.0])
def test_the_sampler_goes_the_steps_of_diffusers_ddim(diffusion, noise, condition, steps, guidance):
    scheduler = theirs(DDIMScheduler)
    scheduler.set_timesteps(steps)
    picture, times = noise, []
    found = list(diffusion.frames(noise, condition, steps, guidance))
    with torch.no_grad():
        for time, (ours, after, guess) in zip(scheduler.timesteps, found, strict=True):
            seen = diffusion.noise_in_plain(picture, time.expand(B), condition, guidance)
            step = scheduler.step(seen, time, picture)
            torch.testing.assert_close(guess, step.pred_original_sample, **TOLERANCE)
            torch.testing.assert_close(after, step.prev_sample, **TOLERANCE)
            times.append(int(time) == ours)
            picture = after  # so that no difference grows from step to step
    assert all(times)
    assert torch.equal(diffusion.sample(noise, condition, steps, guidance), found[-1][1])
    assert found[-1][1].std() > 0.1


def test_guidance_0_is_the_unconditional_sample_and_1_the_conditional(diffusion, noise, condition):
    unconditional = diffusion.sample(noise, None, steps=10)
    without = diffusion.sample(noise, condition, steps=10, guidance=0)
    assert torch.equal(without, unconditional)
    given = [diffusion.sample(noise, condition, steps=10, guidance=much) for much in (1, 1 + 1e-6, 4)]
    torch.testing.assert_close(given[0], given[1], rtol=0, atol=1e-4)
    assert not torch.allclose(given[0], without, atol=1e-2)
    assert not torch.allclose(given[2], given[0], atol=1e-2)


@pytest.mark.parametrize("guidance", [0.0, 0.5, 1.0, 4.0])
def test_both_questions_at_once_are_one_after_the_other(diffusion, noise, condition, guidance):
    times = torch.tensor([3, 25, 0, 20])
    fast = diffusion.noise_in(noise, times, condition, guidance)
    plain = diffusion.noise_in_plain(noise, times, condition, guidance)
    torch.testing.assert_close(fast, plain, **TOLERANCE)


def test_the_network_hears_time_and_each_vector_of_the_condition_but_no_padding(diffusion, noise, condition):
    times, real = torch.tensor([3, 25, 0, 20]), torch.ones(B, M, dtype=torch.bool)
    real[1, 2] = real[3, 1:] = False
    seen = diffusion.network(noise, times, condition, real)
    assert seen.shape == noise.shape
    assert not torch.allclose(diffusion.network(noise, times + 1, condition, real), seen, atol=1e-4)
    changed = condition.clone()
    changed[1, 2] += 5
    changed[3, 1:] += 5
    torch.testing.assert_close(diffusion.network(noise, times, changed, real), seen, **TOLERANCE)
    changed[0, 2] += 1
    after = diffusion.network(noise, times, changed, real)
    assert not torch.allclose(after[0], seen[0], atol=1e-4)
    torch.testing.assert_close(after[1:], seen[1:], **TOLERANCE)
    # not only their mean: two vectors that change places are the same, two that move apart are not
    apart = condition.clone()
    apart[2, 0] += 2
    apart[2, 1] -= 2
    assert not torch.allclose(diffusion.network(noise, times, apart, real)[2], seen[2], atol=1e-4)


def test_conditions_are_left_out_in_training_and_only_there(noise, condition):
    heard = []

    class Ear(torch.nn.Module):
        condition = S

        def forward(self, noisy, times, condition, real):
            heard.append(condition)
            return noisy

    made = Diffusion(Ear(), steps=T, without=0.3)
    with torch.no_grad():
        made.nothing.add_(7.0)
    torch.manual_seed(0)
    many = condition.repeat(250, 1, 1)
    made.train()(noise.repeat(250, 1, 1, 1), many)
    left_out = (heard[-1] == 7).all(dim=2).all(dim=1)
    assert left_out.float().mean().item() == pytest.approx(0.3, abs=0.05)
    assert torch.equal(heard[-1][~left_out], many[~left_out])
    made.eval()(noise.repeat(250, 1, 1, 1), many)
    assert torch.equal(heard[-1], many)
    made.train()
    made.sample(noise, condition, steps=3)
    assert all(torch.equal(one, condition) for one in heard[-3:])
    assert made.training


def test_the_loss_is_the_error_of_the_noise(diffusion, noise, condition):
    torch.manual_seed(5)
    loss = diffusion(noise, condition)
    torch.manual_seed(5)
    times, added = torch.randint(T, (B,)), torch.randn_like(noise)
    seen = diffusion.network(diffusion.mixed(noise, added, times), times, condition)
    torch.testing.assert_close(loss, ((seen - added) ** 2).mean())


def test_it_learns_to_paint_what_is_asked_for():
    """Two conditions, two kinds of picture: rows in turn bright and dark, or columns."""
    wishes = torch.eye(2).repeat(16, 1)[:, None]  # (32, 1, 2)
    rows = torch.tensor([0.8, -0.8]).repeat(2)[:, None].expand(4, 4)
    pictures = torch.stack([rows, rows.T]).repeat(16, 1, 1)[:, None]  # (32, 1, 4, 4)
    made = Diffusion(UNet((16,), condition=2, heads=2, channels=1), steps=20, beta=(1e-2, 0.4))
    training.fit(made, (pictures, wishes), epochs=100, batch_size=32, lr=2e-2)
    painted = made.sample(some(32, 1, 4, 4), wishes, steps=10, guidance=2)
    nearer = [(painted - kind).abs().mean(dim=(1, 2, 3)) for kind in (rows, rows.T)]
    assert ((nearer[0] < nearer[1]) == (wishes[:, 0, 0] == 1)).float().mean() > 0.85


def test_what_does_not_fit_is_refused(diffusion, noise, condition):
    times = torch.zeros(B, dtype=torch.long)
    for given, message in (
        ((noise[..., :11], times, condition), r"multiples of 2, not \(8, 11\)"),
        ((noise[:, :1], times, condition), r"1 \(grey\) channels, and the model reads 2"),
        ((noise, times, condition[:, 0]), r"the condition must be \(4, M, 10\), not \(4, 10\)"),
        ((noise, times, condition[:3]), r"not \(3, 3, 10\)"),
    ):
        with pytest.raises(ValueError, match=message):
            diffusion.network(*given)
    with pytest.raises(ValueError, match="steps must be 1 to 30, not 31"):
        diffusion.sample(noise, condition, steps=31)
    with pytest.raises(ValueError, match="multiples of 8"):
        UNet((12,))
