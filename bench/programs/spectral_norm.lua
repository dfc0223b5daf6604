-- Small functions in nested loops.
local function a(i, j)
  return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)
end

local function times_a(v, out)
  for i = 1, #out do
    local sum = 0.0
    for j = 1, #v do
      sum = sum + a(i - 1, j - 1) * v[j]
    end
    out[i] = sum
  end
end

local function times_transposed(v, out)
  for i = 1, #out do
    local sum = 0.0
    for j = 1, #v do
      sum = sum + a(j - 1, i - 1) * v[j]
    end
    out[i] = sum
  end
end

local n = 250
local u, v, tmp = {}, {}, {}
for i = 1, n do
  u[i], v[i], tmp[i] = 1.0, 0.0, 0.0
end
for _ = 1, 10 do
  times_a(u, tmp)
  times_transposed(tmp, v)
  times_a(v, tmp)
  times_transposed(tmp, u)
end
local uv, vv = 0.0, 0.0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
