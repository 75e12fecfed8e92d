"""The door to a published CLIP, like those of `everyvec.pretrained`: from the network, or as it was kept."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

import open_clip
from huggingface_hub import constants, try_to_load_from_cache
from torch import nn

# OpenAI's CLIP ViT-B/32: open_clip's name of it, and the repository and files in which it may have been kept.
PUBLIC_CLIP = "ViT-B-32-quickgelu"
_CLIP_REPOSITORY = "timm/vit_base_patch32_clip_224.openai"
_CLIP_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


@dataclass(frozen=True)
class PictureTextModel:
    """A CLIP of the package open_clip with what must be used with it, and with no other model.

    Attributes:
        name: which model it is.
        model: open_clip's own, in evaluation mode.
        preprocess: a picture of PIL → (3, h, w), as the model was trained.
        tokenizer: texts → (B, 77) tokens.
    """

    name: str
    model: nn.Module
    preprocess: Callable
    tokenizer: Callable


def clip_model(seconds: float = 5.0) -> PictureTextModel:
    """OpenAI's CLIP ViT-B/32 (Radford et al., 2021), which is fetched once and kept (600 MB); prints a line.

    Args:
        seconds: how long to wait for an answer of huggingface.co before giving up.

    Raises:
        FileNotFoundError: where it was not kept and cannot be fetched.
    """
    kept = (try_to_load_from_cache(_CLIP_REPOSITORY, file) for file in _CLIP_FILES)
    source = next((path for path in kept if isinstance(path, str)), None)
    try:
        if source is None:
            # asked first, because on a dead network open_clip tries again for about a minute
            if constants.HF_HUB_OFFLINE:
                raise OSError("HF_HUB_OFFLINE is set")
            urlopen(constants.ENDPOINT, timeout=seconds).close()
        model, _, preprocess = open_clip.create_model_and_transforms(
            PUBLIC_CLIP, pretrained=source or "openai"
        )
    except (OSError, RuntimeError) as error:
        said = f"CLIP ViT-B/32 was never fetched to this machine and cannot be now ({error})"
        raise FileNotFoundError(f"{said}; connect to huggingface.co (HF_HUB_OFFLINE unset)") from error
    print(f"CLIP ViT-B/32: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters")
    return PictureTextModel(PUBLIC_CLIP, model.eval(), preprocess, open_clip.get_tokenizer(PUBLIC_CLIP))
