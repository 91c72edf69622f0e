package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// store is a folder with one file for each authorization.
type store string

type authorization struct {
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token"`
	ExpiresAt    time.Time `json:"expires_at"`
	Sub          string    `json:"sub"`
	Scope        string    `json:"scope"`
	LinkedAt     string    `json:"linked_at"`
}

func (s store) file(account string) string { return filepath.Join(string(s), account+".json") }

// load returns nil where there is no authorization.
func (s store) load(account string) (*authorization, error) {
	content, err := os.ReadFile(s.file(account))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := &authorization{}
	return found, json.Unmarshal(content, found)
}

func (s store) save(account string, a *authorization) error {
	content, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return os.WriteFile(s.file(account), content, 0o600)
}

func (s store) remove(account string) error {
	if err := os.Remove(s.file(account)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
