-- Product of two matrices, tables of tables.
local function matrix(n, seed)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = seed * (i - j) * (i + j - 2)
    end
    m[i] = row
  end
  return m
end

local function multiply(a, b)
  local n = #a
  local c = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = 0.0
    end
    for k = 1, n do
      local f, bk = a[i][k], b[k]
      for j = 1, n do
        row[j] = row[j] + f * bk[j]
      end
    end
    c[i] = row
  end
  return c
end

local n = 240
local seed = 1.0 / n / n
local c = multiply(matrix(n, seed), matrix(n, seed))
print(c[n // 2 + 1][n // 2 + 1])
