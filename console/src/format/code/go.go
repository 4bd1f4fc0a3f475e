// Receives ENDPOINT_URL
// Go 1.20 or newer, no packages. Save it as waybell.go and start it: go run waybell.go
// WAYBELL_SECRET is the secret of the webhook, whsec_…; PORT is where to listen.
//~ v2 v3
// WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
//~ v4
// WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
//~
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
//~ v2 v3 v4
	"encoding/hex"
//~
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 300 * time.Second
const bodyBytesMax = 4 << 20

// isGenuine is the strong check: it covers the id, the time and every byte of the body.
func isGenuine(key []byte, headers http.Header, body []byte) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if id == "" || err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	// There are two while a secret is being replaced.
	for _, offered := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal(expected, []byte(offered)) {
			return true
		}
	}
	return false
}

//~ v2 v3 v4
// isTimeSigned is the weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass.
func isTimeSigned(timestamp, signature, key string) bool {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp))
	return hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(signature))
}

//~
func main() {
	encoded, isSecret := strings.CutPrefix(os.Getenv("WAYBELL_SECRET"), "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !isSecret || err != nil || len(key) == 0 {
		log.Fatal("Set WAYBELL_SECRET to the secret of the webhook.")
	}
	http.HandleFunc("ENDPOINT_PATH", func(w http.ResponseWriter, r *http.Request) {
		// The bytes as they came, before any JSON parser.
		body, err := io.ReadAll(io.LimitReader(r.Body, bodyBytesMax))
		if err != nil || r.Method != http.MethodPost || !isGenuine(key, r.Header, body) {
			http.Error(w, "not genuine", http.StatusUnauthorized)
			return
		}
		var news struct {
			Data struct {
				TrackingNumber string `json:"tracking_number"`
			} `json:"data"`
//~ v2
			VerifyInfo struct {
				TimeStr   json.Number `json:"timeStr"`
				Signature string      `json:"signature"`
			} `json:"verifyInfo"`
//~ v3
			Verify struct {
				Timestamp json.Number `json:"timestamp"`
				Signature string      `json:"signature"`
			} `json:"verify"`
//~
		}
		if json.Unmarshal(body, &news) != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
//~ v2
		email, signed := os.Getenv("WAYBELL_EMAIL"), news.VerifyInfo
		if email != "" && !isTimeSigned(signed.TimeStr.String(), signed.Signature, email) {
			http.Error(w, "not genuine", http.StatusUnauthorized)
			return
		}
//~ v3
		email, signed := os.Getenv("WAYBELL_EMAIL"), news.Verify
		if email != "" && !isTimeSigned(signed.Timestamp.String(), signed.Signature, email) {
			http.Error(w, "not genuine", http.StatusUnauthorized)
			return
		}
//~ v4
		accountSecret := os.Getenv("WAYBELL_ACCOUNT_SECRET")
		timestamp, signature := r.Header.Get("timestamp"), r.Header.Get("signature")
		if accountSecret != "" && !isTimeSigned(timestamp, signature, accountSecret) {
			http.Error(w, "not genuine", http.StatusUnauthorized)
			return
		}
//~
		// Drop what you have handled already (webhook-id) and what is older than you know (waybell-revision),
		// keep the rest, answer, and work with it afterwards.
		log.Println(r.Header.Get("webhook-id"), r.Header.Get("waybell-revision"), news.Data.TrackingNumber)
		io.WriteString(w, "200")
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
