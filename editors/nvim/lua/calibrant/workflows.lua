--- Which files are workflows: their names tell, as for the server.

local M = {}

---@type table<string, string>
local filetypes = { yaml = 'yaml.calibrant', yml = 'yaml.calibrant', json = 'json.calibrant' }

--- The filetypes of workflows. They are compound, so that all that is made for YAML and JSON stays.
M.FILETYPES = { 'yaml.calibrant', 'json.calibrant' }

--- Returns the filetype of a workflow, or nil where the name is not that of one.
---@param name string
---@return string?
function M.filetype(name)
  local ending = name:match('%.workflow%.(%a+)$')
  return ending and filetypes[ending]
end

--- Tells whether a buffer holds a workflow of a file.
---@param bufnr integer
---@return boolean
function M.is_workflow(bufnr)
  return vim.bo[bufnr].buftype == '' and M.filetype(vim.api.nvim_buf_get_name(bufnr)) ~= nil
end

--- Returns the loaded buffers that hold workflows.
---@return integer[]
function M.buffers()
  return vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_loaded(bufnr) and M.is_workflow(bufnr)
  end, vim.api.nvim_list_bufs())
end

--- Returns the loaded buffer of a document, if there is one.
---@param uri string
---@return integer?
function M.buffer_of(uri)
  local path = vim.uri_to_fname(uri)
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.api.nvim_buf_get_name(bufnr) == path then
      return bufnr
    end
  end
end

return M
