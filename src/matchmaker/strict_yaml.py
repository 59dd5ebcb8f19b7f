"""YAML as people write it for us, read strictly; the one door to the YAML library."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

YAMLError = yaml.YAMLError


def loaded(text: str) -> Any:
    """What a YAML document holds; days stay text.

    Raises YAMLError for what is no YAML, for anchors, aliases and tags, and for a key that stands twice. Some values
    look like a number or a character and are none (`0x_`, `._`, an escape beyond Unicode): ValueError or OverflowError.
    RecursionError where it is nested too deeply.
    """
    loader = _Strict(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class _Strict(yaml.SafeLoader):
    """YAML without anchors (they can be nested into a bomb), tags, and keys that silently replace each other.

    A day stays text: only whoever asks for a day knows where it stands in the file when there is no such day.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  (the loader looks for it on the class)
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            said = "anchors, aliases and tags (!) are not read"
            raise yaml.constructor.ConstructorError(None, None, said, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key, times in Counter(keys).items() if times > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice!r} is written twice", node.start_mark)
        return super().construct_mapping(node, deep)
