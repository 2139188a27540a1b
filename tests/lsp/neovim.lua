-- Opens an agreement with a mistake, waits for what the server says of it, renames a definition, and writes both out as JSON.
-- The oldest Neovim that is driven so is Debian's, 0.7, which has no `vim.lsp.start` yet.
local arguments = vim.fn.json_decode(vim.env.SLA_NEOVIM)

vim.cmd("edit " .. vim.fn.fnameescape(arguments.file))
local client = vim.lsp.start_client({ name = "sla", cmd = arguments.command, root_dir = arguments.folder })
vim.lsp.buf_attach_client(0, client)
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 50)
local found = {}
for _, each in ipairs(vim.diagnostic.get(0)) do
  table.insert(found, { line = each.lnum + 1, column = each.col + 1, code = each.code, message = each.message })
end

vim.fn.cursor(arguments.line, arguments.column)
vim.lsp.buf.rename(arguments.name)
vim.wait(20000, function()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n"):find(arguments.name, 1, true) ~= nil
end, 50)
vim.fn.writefile(
  { vim.fn.json_encode({ diagnostics = found, text = vim.api.nvim_buf_get_lines(0, 0, -1, false) }) },
  arguments.out
)
vim.cmd("qa!")
