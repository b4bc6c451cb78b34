--- What Neovim can do with a server and does not by itself: hints in the text, completion, edits that follow typing.

local config = require('calibrant.config')
local tell = require('calibrant.tell')

local M = {}

--- What opens the list besides the server's own characters, where the user wants it to open by itself.
local LETTERS = vim.split('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', '')

---@param client vim.lsp.Client
local function trigger_by_letters(client)
  local provider = client.server_capabilities.completionProvider
  if provider then
    local given = provider.triggerCharacters or {}
    if not vim.list_contains(given, 'a') then
      provider.triggerCharacters = vim.list_extend(vim.list_slice(LETTERS), given)
    end
  end
end

--- A list that opens by itself must not put its first entry into the text.
---@param bufnr integer
local function choose_nothing(bufnr)
  local here = vim.bo[bufnr].completeopt
  local options = vim.split(here ~= '' and here or vim.go.completeopt, ',', { trimempty = true })
  if vim.list_contains(options, 'noselect') or vim.list_contains(options, 'noinsert') then
    return
  end
  table.insert(options, 'noselect')
  if not vim.list_contains(options, 'menuone') then
    table.insert(options, 'menuone')
  end
  vim.bo[bufnr].completeopt = table.concat(options, ',')
end

--- Has Neovim complete what the server offers, with all that comes along: without this, snippets stay plain words.
---@param client vim.lsp.Client
---@param bufnr integer
---@param by_itself boolean
local function complete(client, bufnr, by_itself)
  if by_itself then
    trigger_by_letters(client)
    choose_nothing(bufnr)
  end
  vim.lsp.completion.enable(true, client.id, bufnr, { autotrigger = by_itself })
end

--- Renames as Neovim does. Where the server refuses, its words are told without numbers before them.
---@type lsp.Handler
function M.renamed(problem, edit, context)
  if problem then
    return tell.error(problem.message)
  end
  local client = vim.lsp.get_client_by_id(context.client_id)
  if client and edit then
    vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
  end
end

--- Switches on for a workflow what the user wants of it.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  local own = config.get()
  complete(client, bufnr, own.autocomplete)
  if own.inlay_hints then
    require('calibrant.hints').attach(bufnr)
  end
  if own.format_on_type and vim.lsp.on_type_formatting then -- from Neovim 0.12 on
    vim.lsp.on_type_formatting.enable(true, { client_id = client.id })
  end
end

return M
