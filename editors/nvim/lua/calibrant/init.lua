--- What other configuration may call.

local M = {}

--- Returns how it stands with a buffer's workflow, in a few words: "Calibrating 40 % · log", "11 errors, 1 warning".
--- Empty in any other buffer. For a status line: `%{%v:lua.require'calibrant'.statusline()%}`.
---@param bufnr? integer the current one by default
---@return string
function M.statusline(bufnr)
  return (require('calibrant.status').line(bufnr):gsub('%%', '%%%%'))
end

return M
