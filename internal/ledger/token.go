package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// tokenBytes are what is kept of a token's hash: 144 bits cannot be guessed.
const tokenBytes = 18

// Token is a text that only who has the company's key can make for what it is
// about: the same each time, and nowhere stored (Ed25519 signs alike each
// time, RFC 8032 5.1.6).
func (l *Ledger) Token(about string) (string, error) {
	signer, err := l.Signer()
	if err != nil {
		return "", err
	}
	signature, err := signer.Sign([]byte("lotline token\n" + l.company + "\n" + about))
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	sum := sha256.Sum256(signature)
	return base64.RawURLEncoding.EncodeToString(sum[:tokenBytes]), nil
}

// CheckToken says whether a token is that of what it is about.
func (l *Ledger) CheckToken(about, token string) (bool, error) {
	want, err := l.Token(about)
	return err == nil && hmac.Equal([]byte(want), []byte(token)), err
}
