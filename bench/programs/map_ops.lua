-- Tables with integer and string keys.
local ints = {}
for i = 0, 299999 do
  local k = i * 7 % 100003
  ints[k] = (ints[k] or 0) + i
end
local sum = 0
for k, v in pairs(ints) do
  sum = sum + (k ~ v)
end
local words, keys = {}, {}
for i = 0, 4999 do
  keys[i] = "key" .. i
end
for i = 0, 499999 do
  local key = keys[i % 5000]
  words[key] = (words[key] or 0) + 1
end
for i = 0, 100002, 2 do
  ints[i] = nil
end
local function size(t)
  local n = 0
  for _ in pairs(t) do
    n = n + 1
  end
  return n
end
print(size(ints) .. " " .. sum .. " " .. size(words) .. " " .. words.key42)
