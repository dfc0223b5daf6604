package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/json/jsontext"
	jsonv2 "encoding/json/v2"
	"encoding/xml"
	"io"
	"math/big"
	"math/rand"
	"net/url"
	"strconv"
)

type person struct {
	Name  string            `json:"name"`
	Age   int               `json:"age"`
	Score float64           `json:"score"`
	Tags  []string          `json:"tags"`
	Extra map[string]string `json:"extra"`
}

type crowd struct {
	P []struct{ Name string }
}

var (
	people     = manyPeople(1000)
	peopleJSON = must(json.Marshal(people))
	// manyJSON has about 10 MB.
	manyJSON  = must(json.Marshal(manyPeople(80000)))
	random    = randomBytes(1 << 20)
	encoded   = base64.StdEncoding.EncodeToString(random)
	hexed     = hex.EncodeToString(random)
	records   = manyRecords(1000)
	document  = must(xml.Marshal(crowd{P: make([]struct{ Name string }, 200)}))
	prose     = bytes.Repeat(data, 20)
	zipped    = deflated(prose)
	big1      = new(big.Int).Exp(big.NewInt(3), big.NewInt(5000), nil)
	big2      = new(big.Int).Exp(big.NewInt(7), big.NewInt(2000), nil)
	decimal   = big1.String()
	queryText = "q=go+language&page=2&lang=en&sort=relevance&filter=%C3%A9t%C3%A9"
)

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func manyPeople(n int) []person {
	all := make([]person, n)
	for i := range all {
		all[i] = person{"person " + strconv.Itoa(i), i % 90, float64(i) * 1.5, []string{"a", "bc", "def"}, map[string]string{"city": "somewhere", "note": "x\"y"}}
	}
	return all
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(1)).Read(b)
	return b
}

func manyRecords(n int) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i := range n {
		w.Write([]string{strconv.Itoa(i), "some text", "with, comma", "quoted \"text\""})
	}
	w.Flush()
	return b.String()
}

func deflated(p []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(p)
	w.Close()
	return b.Bytes()
}

var dataCases = []benchCase{
	{"json.Marshal structs", func() { b, _ := json.Marshal(people); sink += len(b) }},
	{"json.Unmarshal structs", func() { var p []person; json.Unmarshal(peopleJSON, &p); sink += len(p) }},
	{"json.Unmarshal any", func() { var p any; json.Unmarshal(peopleJSON, &p); sink++ }},
	{"json.Unmarshal 10 MB", func() { var p []person; json.Unmarshal(manyJSON, &p); sink += len(p) }},
	{"json.Decoder and Encoder", func() {
		var p any
		json.NewDecoder(bytes.NewReader(peopleJSON)).Decode(&p)
		json.NewEncoder(io.Discard).Encode(p)
	}},
	{"json/v2.Marshal structs", func() { b, _ := jsonv2.Marshal(people); sink += len(b) }},
	{"json/v2.Unmarshal structs", func() { var p []person; jsonv2.Unmarshal(peopleJSON, &p); sink += len(p) }},
	{"json/v2.Unmarshal any", func() { var p any; jsonv2.Unmarshal(peopleJSON, &p); sink++ }},
	{"jsontext tokens", func() {
		for d := jsontext.NewDecoder(bytes.NewReader(peopleJSON)); ; sink++ {
			if _, err := d.ReadToken(); err != nil {
				break
			}
		}
	}},
	{"json.Valid", func() { _ = json.Valid(peopleJSON) }},
	{"json.Indent", func() { var b bytes.Buffer; json.Indent(&b, peopleJSON, "", "  "); sink += b.Len() }},
	{"base64 encode 1 MB", func() { sink += len(base64.StdEncoding.EncodeToString(random)) }},
	{"base64 decode 1 MB", func() { b, _ := base64.StdEncoding.DecodeString(encoded); sink += len(b) }},
	{"hex encode 1 MB", func() { sink += len(hex.EncodeToString(random)) }},
	{"hex decode 1 MB", func() { b, _ := hex.DecodeString(hexed); sink += len(b) }},
	{"csv read 1000 records", func() { r, _ := csv.NewReader(bytes.NewReader([]byte(records))).ReadAll(); sink += len(r) }},
	{"csv write 1000 records", func() { sink += len(manyRecords(1000)) }},
	{"xml.Unmarshal", func() { var v crowd; xml.Unmarshal(document, &v); sink += len(v.P) }},
	{"gzip compress", func() { sink += len(deflated(prose)) }},
	{"gzip decompress", func() {
		r, _ := gzip.NewReader(bytes.NewReader(zipped))
		n, _ := io.Copy(io.Discard, r)
		sink += int(n)
	}},
	{"flate best speed", func() {
		w, _ := flate.NewWriter(io.Discard, flate.BestSpeed)
		w.Write(prose)
		w.Close()
	}},
	{"big.Int multiply", func() { sink += new(big.Int).Mul(big1, big2).BitLen() }},
	{"big.Int divide", func() { sink += new(big.Int).Div(big1, big2).BitLen() }},
	{"big.Int text", func() { sink += len(big1.String()) }},
	{"big.Int parse", func() { n, _ := new(big.Int).SetString(decimal, 10); sink += n.BitLen() }},
	{"big.Int modular power", func() { sink += new(big.Int).Exp(big2, big.NewInt(65537), big1).BitLen() }},
	{"url.Parse", func() { u, _ := url.Parse("https://user@example.com:8080/a/b?q=1#frag"); sink += len(u.Path) }},
	{"url.ParseQuery", func() { v, _ := url.ParseQuery(queryText); sink += len(v) }},
	{"url.QueryEscape", func() { sink += len(url.QueryEscape("a b&c=é/?")) }},
	{"rand.Intn", func() { sink += rand.Intn(1000) }},
}
