-- Allocation and collection of many small objects.
local function build(depth)
  if depth == 0 then
    return {}
  end
  return { build(depth - 1), build(depth - 1) }
end

local function check(node)
  if not node[1] then
    return 1
  end
  return 1 + check(node[1]) + check(node[2])
end

local min_depth, max_depth = 4, 14
print("stretch " .. check(build(max_depth + 1)))
local long = build(max_depth)
for depth = min_depth, max_depth, 2 do
  local iterations = 1 << (max_depth - depth + min_depth)
  local sum = 0
  for _ = 1, iterations do
    sum = sum + check(build(depth))
  end
  print(iterations .. " trees of depth " .. depth .. " check " .. sum)
end
print("long lived " .. check(long))
