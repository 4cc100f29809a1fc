-- Does by itself what a person would do in the module of fn.txtar, through nothing but Neovim's own client. It starts
-- with main.go open, says what it saw in the file that REPORT names, and leaves main.go repaired and saved.

local report = {}

local function finish(err)
  report.error = err and tostring(err) or nil
  vim.fn.writefile({ vim.fn.json_encode(report) }, vim.env.REPORT)
  vim.cmd(err and "cquit" or "qall!")
end

local main = vim.api.nvim_get_current_buf()

local function shown(source)
  return vim.tbl_filter(function(d) return d.source == source end, vim.diagnostic.get(main))
end

local function wait(what, good)
  if not vim.wait(180000, good, 50) then
    error("no " .. what .. "; diagnostics: " .. vim.inspect(vim.diagnostic.get(main)))
  end
end

local function findings(n)
  wait(n .. " findings", function() return #shown("reuse") == n and #shown("syntax") == 0 end)
  return shown("reuse")
end

local function replace(buf, old, new)
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n")
  local from, to = text:find(old, 1, true)
  assert(from, old .. " is not in the buffer")
  text = text:sub(1, from - 1) .. new .. text:sub(to + 1)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(text, "\n"))
end

local function drive()
  local found = findings(2)
  table.sort(found, function(a, b) return a.lnum < b.lnum end)
  report.finding = { line = found[1].lnum + 1, col = found[1].col + 1, message = found[1].message, lsp = found[1].user_data.lsp }

  -- A buffer that is not saved is what counts.
  replace(main, "db.Config().Open()", "db.Open()")
  wait("second finding of db.Open", function()
    local list = shown("reuse")
    return #list == 2 and list[1].message:find("db.Open", 1, true) and list[2].message:find("db.Open", 1, true)
  end)
  replace(main, "db.Open()", "db.Config().Open()")

  -- A syntax error does no lasting harm.
  replace(main, "defer s.Close()", "defer s.Close(")
  wait("syntax error", function() return #shown("syntax") > 0 end)
  replace(main, "defer s.Close(", "defer s.Close()")
  findings(2)

  -- The constructor's package, in a buffer of its own.
  vim.cmd("edit store/store.go")
  local store = vim.api.nvim_get_current_buf()
  replace(store, "//faaslint:costly", "// faaslint:costly")
  findings(0)
  replace(store, "// faaslint:costly", "//faaslint:costly")
  vim.cmd("silent write")
  vim.api.nvim_set_current_buf(main)
  found = findings(2)

  -- The code action. Asked for right after the diagnostics there can be none yet.
  table.sort(found, function(a, b) return a.lnum < b.lnum end)
  vim.api.nvim_win_set_cursor(0, { found[1].lnum + 1, found[1].col })
  vim.ui.select = function(items, opts, choose)
    report.action = opts.format_item(items[1])
    choose(items[1], 1)
  end
  wait("effect of the code action", function()
    vim.lsp.buf.code_action({ only = { "quickfix" } })
    return vim.wait(2000, function()
      return table.concat(vim.api.nvim_buf_get_lines(main, 0, -1, false), "\n"):find("sharedSession", 1, true) ~= nil
    end, 50)
  end)
  findings(1)
  vim.cmd("silent write")
end

vim.schedule(function()
  local ok, err = pcall(drive)
  finish(not ok and err or nil)
end)
