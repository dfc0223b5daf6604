-- Building, splitting and searching strings.
local pieces = {}
for i = 0, 199999 do
  pieces[#pieces + 1] = "item"
  pieces[#pieces + 1] = tostring(i)
  pieces[#pieces + 1] = ","
end
local text = table.concat(pieces)
local parts = {}
for part in (text .. ","):gmatch("([^,]*),") do
  parts[#parts + 1] = part
end
local upper, found = 0, 0
for _, p in ipairs(parts) do
  if p:find("99", 1, true) then
    found = found + 1
  end
  upper = upper + #p:upper()
end
local joined = table.concat(parts, ";")
local replaced = joined:gsub("item", "x")
local s = ""
for i = 0, 1999 do
  s = s .. string.char(97 + i % 26)
end
print(#text .. " " .. #parts .. " " .. found .. " " .. upper .. " " .. #replaced .. " " .. #s)
