--- Hints in the text, kept as new as the server says. Neovim (0.11, 0.12) draws those of a line once for each version
--- of the text, and once more when the server says that there are others. What comes after a redraw in between shows
--- only at the next edit. So whatever is new is begun afresh: then nothing is drawn from the question to its answer.

local M = {}

---@class (private) calibrant.Hints
---@field version integer of the text
---@field hints? lsp.InlayHint[]

--- What was answered since the hints of a buffer were begun.
---@type table<integer, calibrant.Hints>
local answers = {}

---@param bufnr integer
local function begin(bufnr)
  answers[bufnr] = nil
  if vim.lsp.inlay_hint.is_enabled({ bufnr = bufnr }) then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
end

---@param bufnr integer
---@return boolean
local function is_shown(bufnr)
  return #vim.fn.win_findbuf(bufnr) > 0
end

--- Handles `workspace/inlayHint/refresh`.
---@type lsp.Handler
function M.refreshed(problem, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if client and not problem then
    vim.iter(vim.tbl_keys(client.attached_buffers)):filter(is_shown):each(begin)
  end
  return vim.NIL
end

--- Handles the answer to `textDocument/inlayHint`. Only the first answer for a version of the text is sure to be drawn.
---@type lsp.Handler
function M.answered(problem, hints, context)
  local bufnr, before = context.bufnr, answers[context.bufnr]
  local now = { version = context.version, hints = vim.deepcopy(hints) } -- Neovim changes them
  vim.lsp.handlers['textDocument/inlayHint'](problem, hints, context)
  if problem or (before and before.version > now.version) then
    return
  end
  answers[bufnr] = now
  if before and before.version == now.version and not vim.deep_equal(before.hints, now.hints) then
    begin(bufnr)
  end
end

--- Shows hints in a buffer.
---@param bufnr integer
function M.attach(bufnr)
  vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  local group = vim.api.nvim_create_augroup('calibrant.hints.' .. bufnr, {})
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    buffer = bufnr,
    callback = function()
      answers[bufnr] = nil
    end,
  })
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = group,
    buffer = bufnr,
    desc = 'Ask for the hints of a workflow that was in no window when they changed',
    callback = function()
      begin(bufnr)
    end,
  })
end

return M
