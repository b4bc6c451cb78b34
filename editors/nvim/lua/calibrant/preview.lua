--- Two texts side by side in a tab of their own, with what differs between them.

local workflows = require('calibrant.workflows')

local M = {}

---@class calibrant.FilePreview
---@field path string
---@field before string? what the file has now; nil where it is gone
---@field after string? what it will have; nil where it will be gone

---@param text string?
---@return string[]
local function lines_of(text)
  if type(text) ~= 'string' then
    return {}
  end
  local lines = vim.split(text, '\r?\n')
  if lines[#lines] == '' then
    table.remove(lines)
  end
  return lines
end

---@param name string
---@param text string?
---@param path string
local function fill(name, text, path)
  local bufnr = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines_of(text))
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].modifiable = false
  vim.api.nvim_buf_set_name(bufnr, ('calibrant://%d/%s/%s'):format(bufnr, name, vim.fs.basename(path)))
  vim.bo[bufnr].syntax = workflows.filetype(path) or (workflows.is_checked(path) and 'yaml') or ''
  vim.wo.winbar = ('%s: %s'):format(name, (path:gsub('%%', '%%%%')))
  vim.cmd.diffthis()
end

--- Shows a file as it is on the left, and as it will be on the right.
---@param file calibrant.FilePreview
---@param after string what the right side is called
---@return fun() close puts the user back where they were
function M.show(file, after)
  local from = vim.api.nvim_get_current_tabpage()
  vim.cmd.tabnew() -- no split: its window may be one that keeps its buffer
  local tab = vim.api.nvim_get_current_tabpage()
  fill('Now', file.before, file.path)
  vim.cmd('rightbelow vnew')
  fill(after, file.after, file.path)
  vim.cmd('normal! gg')
  vim.cmd.redraw()
  return function()
    if vim.api.nvim_tabpage_is_valid(tab) then
      vim.cmd.tabclose({ args = { tostring(vim.api.nvim_tabpage_get_number(tab)) } })
    end
    if vim.api.nvim_tabpage_is_valid(from) then
      vim.api.nvim_set_current_tabpage(from)
    end
  end
end

return M
