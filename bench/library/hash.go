package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash/adler32"
	"hash/crc32"
	"hash/crc64"
	"hash/fnv"
	"hash/maphash"
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	koopman    = crc32.MakeTable(crc32.Koopman)
	isoTable   = crc64.MakeTable(crc64.ISO)
	block, _   = aes.NewCipher(random[:16])
	gcm, _     = cipher.NewGCM(block)
	work       = make([]byte, len(random))
	seed       = maphash.MakeSeed()
	short      = []byte("a short message")
)

var hashCases = []benchCase{
	{"sha256 1 MB", func() { s := sha256.Sum256(random); sink += int(s[0]) }},
	{"sha256 short", func() { s := sha256.Sum256(short); sink += int(s[0]) }},
	{"sha512 1 MB", func() { s := sha512.Sum512(random); sink += int(s[0]) }},
	{"sha1 1 MB", func() { s := sha1.Sum(random); sink += int(s[0]) }},
	{"md5 1 MB", func() { s := md5.Sum(random); sink += int(s[0]) }},
	{"hmac-sha256 short", func() { m := hmac.New(sha256.New, short); m.Write(short); sink += len(m.Sum(nil)) }},
	{"crc32 IEEE 1 MB", func() { sink += int(crc32.ChecksumIEEE(random)) }},
	{"crc32 Castagnoli 1 MB", func() { sink += int(crc32.Checksum(random, castagnoli)) }},
	{"crc32 Koopman 1 MB", func() { sink += int(crc32.Checksum(random, koopman)) }},
	{"crc64 ISO 1 MB", func() { sink += int(crc64.Checksum(random, isoTable)) }},
	{"adler32 1 MB", func() { sink += int(adler32.Checksum(random)) }},
	{"fnv-1a 1 MB", func() { h := fnv.New64a(); h.Write(random); sink += int(h.Sum64()) }},
	{"maphash 1 MB", func() { sink += int(maphash.Bytes(seed, random)) }},
	{"AES-CTR 1 MB", func() { cipher.NewCTR(block, random[:16]).XORKeyStream(work, random) }},
	{"AES-GCM 1 MB", func() { sink += len(gcm.Seal(work[:0], random[:12], random[:len(random)-16], nil)) }},
}
