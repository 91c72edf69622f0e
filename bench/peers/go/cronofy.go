package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// client is as much of Cronofy's API as a link needs.
type client struct {
	http               *http.Client
	apiURL, id, secret string
}

func newClient(apiURL, id, secret string) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	return &client{&http.Client{Timeout: 30 * time.Second, Transport: transport}, apiURL, id, secret}
}

type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"`
}

// refused is the answer of an API that no longer knows the token.
type refused struct{ status int }

func (r refused) Error() string { return fmt.Sprintf("Cronofy refuses the token (%d)", r.status) }

func (c *client) createLinkToken(ctx context.Context, account string) (string, error) {
	var answer struct {
		Made struct {
			Token string `json:"ou_link_token"`
		} `json:"organizational_unit_authorization_link_token"`
	}
	path := "/v1/organizational_unit_authorization_link_tokens"
	err := c.call(ctx, http.MethodPost, path, c.secret, map[string]string{"service_account_id": account}, &answer)
	return answer.Made.Token, err
}

func (c *client) refresh(ctx context.Context, refreshToken string) (*tokens, error) {
	answer := &tokens{}
	return answer, c.call(ctx, http.MethodPost, "/oauth/token", "", map[string]string{
		"client_id": c.id, "client_secret": c.secret, "grant_type": "refresh_token", "refresh_token": refreshToken,
	}, answer)
}

func (c *client) revoke(ctx context.Context, token string) error {
	return c.call(ctx, http.MethodPost, "/oauth/token/revoke", "", map[string]string{
		"client_id": c.id, "client_secret": c.secret, "token": token,
	}, nil)
}

func (c *client) userInfo(ctx context.Context, accessToken string) error {
	return c.call(ctx, http.MethodGet, "/v1/userinfo", accessToken, nil, &struct{}{})
}

func (c *client) call(ctx context.Context, method, path, bearer string, body map[string]string, answer any) error {
	var sent io.Reader
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(content)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.apiURL+path, sent)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == 400 || resp.StatusCode == 401 || resp.StatusCode == 403:
		return refused{resp.StatusCode}
	case resp.StatusCode != 200:
		return fmt.Errorf("%s %s answered %d", method, path, resp.StatusCode)
	case answer == nil:
		return nil
	}
	return json.Unmarshal(content, answer)
}
