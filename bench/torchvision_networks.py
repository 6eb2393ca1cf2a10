"""Which of torchvision's networks each of ours is, and how torchvision is asked for it."""

from typing import Any

THEIRS: dict[str, tuple[str, dict[str, Any]]] = {
    "alexnet": ("alexnet", {}),
    **{f"vgg-{depth}": (f"vgg{depth}", {}) for depth in (11, 13, 16, 19)},
    **{f"vgg-{depth}-bn": (f"vgg{depth}_bn", {}) for depth in (11, 13, 16, 19)},
    "googlenet": ("googlenet", {"aux_logits": False, "init_weights": False}),
    "googlenet-aux": ("googlenet", {"init_weights": False}),
    "inception-v3": ("inception_v3", {"init_weights": False}),
    **{f"resnet-{depth}": (f"resnet{depth}", {}) for depth in (18, 34, 50, 101, 152)},
    "mobilenet-v3-small": ("mobilenet_v3_small", {}),
    "mobilenet-v3-large": ("mobilenet_v3_large", {}),
    "efficientnet-b0": ("efficientnet_b0", {}),
    "convnext-tiny": ("convnext_tiny", {}),
}
