// Receives webhooks: verifies each, writes it to test.log with its date and time, and answers 200.
//
//	WAYBELL_EMAIL=you@shop.example go run receiver.go 9004     receive
//	go run receiver.go vectors ../vectors.json                 check this file against the shared test vectors
//
// WAYBELL_SECRET is the webhook's whsec_… (recommended), LOG_FILE another place for test.log. verdicts.log, beside
// it, has one line for each body, in the same order. To verify in a program of your own, copy the functions whose
// names start with "verify".
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	bodyBytesMax     = 8 << 20
	toleranceSeconds = 300
)

var decimalTime = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)

// verify is TrackingMore's rule for V2 and V3, and for V4 with the account's secret. It proves nothing but
// the time.
func verify(timeStr, email, signature string) bool {
	mac := hmac.New(sha256.New, []byte(email))
	mac.Write([]byte(timeStr))
	return hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(signature))
}

// verifyWebhook checks the raw bytes of a request. With a whsec_ secret the standard signature is demanded,
// which covers the body.
func verifyWebhook(body []byte, headers http.Header, email, secret string, now time.Time) bool {
	if len(body) == 0 {
		return false
	}
	if encoded, standard := strings.CutPrefix(secret, "whsec_"); standard {
		return verifyStandard(body, headers, encoded, now)
	}
	var content struct {
		VerifyInfo json.RawMessage `json:"verifyInfo"`
		Verify     json.RawMessage `json:"verify"`
	}
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) || json.Unmarshal(body, &content) != nil {
		return false
	}
	// The field of the time has another name in each version; it may be quoted or not.
	var signed struct {
		TimeStr   json.RawMessage `json:"timeStr"`
		Timestamp json.RawMessage `json:"timestamp"`
		Signature string          `json:"signature"`
	}
	switch {
	case content.VerifyInfo != nil:
		if json.Unmarshal(content.VerifyInfo, &signed) != nil {
			return false
		}
		return verifyTime(strings.Trim(string(signed.TimeStr), `"`), email, signed.Signature)
	case content.Verify != nil:
		if json.Unmarshal(content.Verify, &signed) != nil {
			return false
		}
		return verifyTime(strings.Trim(string(signed.Timestamp), `"`), email, signed.Signature)
	}
	return verifyTime(headers.Get("timestamp"), secret, headers.Get("signature"))
}

// verifyTime is verify for values a stranger wrote; with an empty key anybody could sign.
func verifyTime(timestamp, key, signature string) bool {
	return key != "" && decimalTime.MatchString(timestamp) && verify(timestamp, key, signature)
}

func verifyStandard(body []byte, headers http.Header, encodedKey string, now time.Time) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	key, err := base64.StdEncoding.DecodeString(encodedKey)
	if err != nil || len(key) == 0 || id == "" || !decimalTime.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	if age := now.Unix() - seconds; age > toleranceSeconds || age < -toleranceSeconds {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	// While a secret is being replaced the header holds one signature by the old and one by the new.
	for _, signature := range strings.Fields(headers.Get("webhook-signature")) {
		if hmac.Equal(expected, []byte(signature)) {
			return true
		}
	}
	return false
}

type receiver struct {
	email, secret, logFile string
	writing                sync.Mutex
}

func (r *receiver) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, bodyBytesMax))
	if err != nil {
		http.Error(response, "the body could not be read", http.StatusRequestEntityTooLarge)
		return
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	now := time.Now().Format(time.DateTime)
	if len(body) == 0 {
		appendLine(r.logFile, now+": can not get webhook data!\r\n")
		return
	}
	verdict := "not verified"
	if verifyWebhook(body, request.Header, r.email, r.secret, time.Now()) {
		verdict = "verified"
	}
	appendLine(r.logFile, now+":  "+string(body)+"\r\n")
	appendLine(filepath.Join(filepath.Dir(r.logFile), "verdicts.log"), now+":  "+verdict+"\r\n")
	// Your own work with the parcel goes here: only where it is verified, and once for each header
	// webhook-id, because a webhook can arrive twice. To have an unverified one sent again later, answer 401
	// instead of 200.
	fmt.Fprint(response, "200")
}

func appendLine(path, line string) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		log.Panic(err)
	}
	defer file.Close()
	if _, err := file.WriteString(line); err != nil {
		log.Panic(err)
	}
}

func main() {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "vectors":
		os.Exit(checkVectors(os.Args[2]))
	case len(os.Args) != 2:
		log.Fatal("usage: go run receiver.go PORT | vectors FILE")
	}
	r := &receiver{email: os.Getenv("WAYBELL_EMAIL"), secret: os.Getenv("WAYBELL_SECRET"), logFile: "test.log"}
	if logFile := os.Getenv("LOG_FILE"); logFile != "" {
		r.logFile = logFile
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], r))
}

func checkVectors(path string) int {
	var vectors []struct {
		Name, Body, Email, Secret, Why string
		Headers                        map[string]string
		Now                            int64
		Valid                          bool
	}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &vectors)
	}
	if err != nil {
		log.Fatal(err)
	}
	failed := 0
	for _, vector := range vectors {
		headers := http.Header{}
		for name, value := range vector.Headers {
			headers.Set(name, value)
		}
		now := time.Unix(vector.Now, 0)
		verdict := verifyWebhook([]byte(vector.Body), headers, vector.Email, vector.Secret, now)
		if verdict != vector.Valid {
			failed++
			fmt.Printf("failed: %s (%s)\n", vector.Name, vector.Why)
		}
	}
	fmt.Printf("%d passed, %d failed\n", len(vectors)-failed, failed)
	if failed > 0 || len(vectors) == 0 {
		return 1
	}
	return 0
}
