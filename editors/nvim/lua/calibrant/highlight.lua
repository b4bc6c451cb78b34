--- Colours expressions where tree-sitter colours YAML or JSON: Vim's own syntax is off then.

local tokens = require('calibrant.tokens')
local workflows = require('calibrant.workflows')

local M = {}

--- Above tree-sitter's, below what diagnostics show.
local PRIORITY = 110

---@param bufnr integer
---@return boolean
local function is_ours(bufnr)
  return vim.treesitter.highlighter.active[bufnr] ~= nil and workflows.is_run(bufnr)
end

---@param namespace integer
---@param bufnr integer
---@param row integer
local function draw(namespace, bufnr, row)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  for _, token in ipairs(tokens.of(line)) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, row, token.from, {
      end_col = token.to,
      hl_group = token.group,
      priority = PRIORITY,
      ephemeral = true,
    })
  end
end

local LINKS = {
  calibrantBraces = 'Special',
  calibrantExpression = 'Identifier',
  calibrantRoot = 'Identifier',
  calibrantString = 'String',
  calibrantNumber = 'Number',
  calibrantKeyword = 'Keyword',
  calibrantConstant = 'Constant',
  calibrantFilter = 'Function',
  calibrantOperator = 'Operator',
}

--- Has Neovim ask, whenever it draws a line of a workflow.
function M.setup()
  for group, link in pairs(LINKS) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
  local namespace = vim.api.nvim_create_namespace('calibrant')
  vim.api.nvim_set_decoration_provider(namespace, {
    on_win = function(_, _, bufnr)
      return is_ours(bufnr)
    end,
    on_line = function(_, _, bufnr, row)
      draw(namespace, bufnr, row)
    end,
  })
end

return M
