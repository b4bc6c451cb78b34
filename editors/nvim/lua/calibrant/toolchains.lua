--- With which tools a workspace is built: a list to choose from, and the file that declares what is chosen.

local task = require('calibrant.task')
local workflow_of = require('calibrant.workflow')

local M = {}

---@param toolchain table
---@return string # in the server's words
function M.line(toolchain)
  local words = toolchain.words
  return words.detail == '' and words.title or ('%s: %s'):format(words.title, words.detail)
end

---@param toolchain table
---@return string # with what speaks for it and against it
local function whole(toolchain)
  return table.concat(vim.list_extend({ M.line(toolchain) }, toolchain.words.lines), ' · ')
end

--- Lists the toolchains of a workflow's workspace; where there is none, the server says so.
---@param bufnr integer
function M.show(bufnr)
  task.start(function()
    local workflow = workflow_of.of(bufnr)
    local found = workflow_of.call(workflow, 'toolchains', { words = true })
    local chosen = #found > 0 and task.choose(found, 'Toolchains: choose one to open the file that declares it', whole)
    if chosen and type(chosen.uri) == 'string' then
      vim.cmd.edit(vim.fn.fnameescape(vim.uri_to_fname(chosen.uri)))
    end
  end)
end

return M
