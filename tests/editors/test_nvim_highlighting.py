"""Colours of expressions in YAML and JSON: by Vim's own syntax, and where tree-sitter colours the buffer."""

from pathlib import Path

import pytest

from editors.neovim import Home, editing

YAML = """name: "🎉 {{ inputs.to }} and {{ 'yes' if a.b | length > 3 else none }}"
steps:
  - id: a
    uses: file.write
    with: {path: "{{ inputs.path", content: "plain {{ b.items[0] }}"}
  - id: b
    run: |
      echo {{ a.path }} } {
    name: plain {{ not_text }} text
    if: a.size > 3 and not b # in words
    with: {where: item.age, by: name, note: size}
  - name: what if not
"""
JSON = """{"name": "{{ inputs.to }} and {{ \\"x\\" }}", "note": "{{ open", "steps": []}
"""

_GROUPS = """
local function group(row, text, column)
  local line = vim.fn.getline(row)
  local from = assert(line:find(text, column or 1, true), text .. ' in ' .. line)
  return vim.fn.synIDattr(vim.fn.synID(row, from, 1), 'name')
end
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_expressions_in_yaml_are_coloured_and_what_is_not_closed_is_not(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "one.workflow.yaml"
    path.write_bytes(YAML.replace("\n", ends).encode())
    with editing(Home(tmp_path / "home"), path, cwd=tmp_path) as nvim:
        assert nvim.lua("return { vim.bo.filetype, vim.bo.fileformat }") == [
            "yaml.calibrant",
            "dos" if ends == "\r\n" else "unix",
        ]

        def group(row: int, text: str) -> str:
            found: str = nvim.lua(f"{_GROUPS} return group({row}, {text!r})")
            return found

        assert group(1, "{{ inputs") == "calibrantBraces"
        assert group(1, "inputs") == "calibrantRoot"
        assert group(1, "to }}") == "calibrantExpression"
        assert group(1, " and") == "yamlFlowString"
        assert group(1, "yes") == "calibrantString"
        assert (group(1, "if a"), group(1, "none")) == ("calibrantKeyword", "calibrantConstant")
        assert (group(1, "length"), group(1, "> 3"), group(1, "3 e")) == (
            "calibrantFilter",
            "calibrantOperator",
            "calibrantNumber",
        )
        assert group(5, "{{ inputs") == "yamlFlowString", "not closed"
        assert group(5, "content") == "yamlFlowMappingKey", "what follows is coloured as ever"
        assert group(5, "items") == "calibrantExpression"
        assert group(8, "a.path") == "calibrantRoot"
        assert group(9, "not_text") == "calibrantRoot"
        assert group(2, "steps") == "yamlBlockMappingKey"
        assert (group(10, "if"), group(10, "a.size")) == ("yamlBlockMappingKey", "calibrantRoot"), "braces are optional"
        assert (group(10, "3"), group(10, "not")) == ("calibrantNumber", "calibrantKeyword")
        assert group(10, "words") == "yamlComment"
        assert (group(11, "item"), group(11, "name")) == ("calibrantRoot", "calibrantRoot")
        assert (group(11, "note"), group(11, "size")) == ("yamlFlowMappingKey", "yamlPlainScalar")
        assert group(12, "not") == "yamlPlainScalar"
        nvim.do("edit!")
        assert group(1, "inputs") == "calibrantRoot", "also when it is loaded again"


def test_expressions_in_json_are_coloured(tmp_path: Path) -> None:
    path = tmp_path / "one.workflow.json"
    path.write_text(JSON, encoding="utf-8")
    with editing(Home(tmp_path / "home"), path, cwd=tmp_path) as nvim:
        assert nvim.lua("return vim.bo.filetype") == "json.calibrant"
        assert nvim.lua(f"{_GROUPS} return group(1, 'inputs')") == "calibrantRoot"
        assert nvim.lua(f"{_GROUPS} return group(1, 'x')") == "calibrantString"
        assert nvim.lua(f"{_GROUPS} return group(1, 'open')") == "jsonString"
        assert nvim.lua(f"{_GROUPS} return group(1, 'steps')") == "jsonKeyword"


def test_expressions_are_coloured_where_tree_sitter_colours_the_buffer(tmp_path: Path) -> None:
    """Neovim comes without a parser of YAML: that of Lua reads this line as the same text in quotes."""
    path = tmp_path / "one.workflow.yaml"
    path.write_text(YAML.split("\n")[0].replace("name:", "name ="), encoding="utf-8")
    with editing(Home(tmp_path / "home"), path, cwd=tmp_path) as nvim:
        nvim.lua("vim.treesitter.start(0, 'lua')")
        shown = nvim.lua("""
            vim.cmd.redraw({ bang = true })
            local line = vim.fn.getline(1)
            local function at(text)
              local column = vim.fn.screenpos(0, 1, (assert(line:find(text, 1, true)))).col
              return vim.fn.screenattr(1, column)
            end
            return { braces = at('{{ inputs'), root = at('inputs'), text = at(' and'), word = at('yes'), filter = at('| length') }
        """)
        assert nvim.lua("return vim.bo.syntax") == "", "Vim's own syntax is off"
        assert len({shown["braces"], shown["root"], shown["text"]}) == 3, shown
        assert shown["word"] == shown["text"], "a text in an expression is coloured as a text"
        parts = nvim.lua("return require('calibrant.tokens').of('é {{ a.b }} {{ c {{ d|e }}')")
        assert [part["group"].removeprefix("calibrant") for part in parts if part["to"] - part["from"] > 0][:5] == [
            "Braces",
            "Expression",
            "Root",
            "Expression",
            "Expression",
        ]
        assert [part["from"] for part in parts if part["group"] == "calibrantBraces"] == [3, 10, 18, 25]
