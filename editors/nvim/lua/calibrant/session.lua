--- What follows when a run or a change of files has ended.

local M = {}

---@param session {path: string, status: string}
---@param client_id integer
function M.ended(session, client_id)
  require('calibrant.results').refresh(vim.uri_from_fname(session.path), client_id)
  vim.api.nvim_exec_autocmds('User', { pattern = 'CalibrantSession', data = session })
end

return M
