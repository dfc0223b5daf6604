-- Sorting, by the library and by hand.
local function numbers(n)
  local out = {}
  local x = 12345
  for i = 1, n do
    x = (x * 1664525 + 1013904223) & 0xffffffff
    out[i] = x >> 8
  end
  return out
end

local function quick(a, lo, hi)
  while lo < hi do
    local pivot, i, j = a[lo + (hi - lo + 1) // 2], lo, hi
    while i <= j do
      while a[i] < pivot do
        i = i + 1
      end
      while a[j] > pivot do
        j = j - 1
      end
      if i <= j then
        a[i], a[j] = a[j], a[i]
        i = i + 1
        j = j - 1
      end
    end
    quick(a, lo, j)
    lo = i
  end
end

local a, b, c = numbers(300000), numbers(300000), numbers(100000)
table.sort(a)
quick(b, 1, #b)
table.sort(c, function(x, y) return x > y end)
local equal = true
for i = 1, #a do
  equal = equal and a[i] == b[i]
end
print(tostring(equal) .. " " .. a[1] .. " " .. a[#a] .. " " .. c[1] .. " " .. c[#c])
