--- Which files are workflows: their names tell, as for the server.

local M = {}

---@type table<string, string>
local filetypes = { yaml = 'yaml.calibrant', yml = 'yaml.calibrant', json = 'json.calibrant' }

--- How the names of workflows end, in words.
M.NAMED = '.workflow.yaml, .workflow.yml or .workflow.json, or they are files of GitHub Actions'

--- The filetypes of workflows. They are compound, so that all that is made for YAML and JSON stays.
M.FILETYPES = { 'yaml.calibrant', 'json.calibrant' }

--- The filetypes that files of GitHub Actions have where something gives them one of their own.
M.OTHER_FILETYPES = { 'yaml.github', 'yaml.ghaction', 'yaml.github-action' }

--- Returns the filetype of a workflow, or nil where the name is not that of one.
---@param name string
---@return string?
function M.filetype(name)
  local ending = name:match('%.workflow%.(%a+)$')
  return ending and not M.is_checked(name) and filetypes[ending] or nil
end

--- What tells of a file that it is one of GitHub Actions, which is checked, and keeps its filetype.
local checked = { '/%.github/workflows/[^/]*%.ya?ml$', '/action%.ya?ml$' }

--- Tells whether a file is one of GitHub Actions.
---@param name string
---@return boolean
function M.is_checked(name)
  local path = '/' .. vim.fs.normalize(name)
  return vim.iter(checked):any(function(pattern)
    return path:match(pattern) ~= nil
  end)
end

--- Tells whether a file is one that the server reads.
---@param name string
---@return boolean
function M.is_ours(name)
  return M.filetype(name) ~= nil or M.is_checked(name)
end

--- Tells whether a buffer holds a workflow of a file.
---@param bufnr integer
---@return boolean
function M.is_workflow(bufnr)
  return vim.bo[bufnr].buftype == '' and M.is_ours(vim.api.nvim_buf_get_name(bufnr))
end

--- Tells whether a buffer holds a workflow that can be run here.
---@param bufnr integer
---@return boolean
function M.is_run(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  return M.is_workflow(bufnr) and not M.is_checked(name)
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
