-- Calls of methods found by name, and of closures.
local Square, Rect, Counter = {}, {}, {}
Square.__index, Rect.__index, Counter.__index = Square, Rect, Counter

function Square:area()
  return self.side * self.side
end

function Rect:area()
  return self.a * self.b
end

function Counter:add(d)
  self.n = self.n + d
end

local shapes = {
  [0] = setmetatable({ side = 3 }, Square),
  setmetatable({ a = 2, b = 5 }, Rect),
  setmetatable({ side = 7 }, Square),
}
local c = setmetatable({ n = 0 }, Counter)
local twice = function(x) return 2 * x end
for i = 0, 2999999 do
  c:add(shapes[i % 3]:area())
  c:add(twice(i & 7))
end
print(c.n)
