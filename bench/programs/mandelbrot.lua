-- Floating-point arithmetic in a tight loop.
local n, limit = 300, 100
local inside = 0
for py = 0, n - 1 do
  local y = py / n * 2 - 1
  for px = 0, n - 1 do
    local x = px / n * 3 - 2
    local a, b = 0.0, 0.0
    local i = 0
    while i < limit do
      local a2, b2 = a * a, b * b
      if a2 + b2 > 4 then
        break
      end
      b = 2 * a * b + y
      a = a2 - b2 + x
      i = i + 1
    end
    if i == limit then
      inside = inside + 1
    end
  end
end
print(inside)
