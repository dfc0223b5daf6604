-- Start and end of a process.
print("hello, world")
