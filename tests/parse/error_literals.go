// parse
package p

var a = "abc
var b = ''
var c = 'ab'
var d = '\q'
var e = 0x
var f = 1e
var g = 08
var h = 1__0
var i = 0b12
var j = "\400"
var k = '\ud800'
var l = @
var m = 0x1.0
