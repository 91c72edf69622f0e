// Package hosts has HashiCorp's own harness for providers, terraform-plugin-testing, drive the packed executable.
package hosts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

const link = "cronofy_organizational_unit_link.acme"

var cronofy = map[string]resource.ExternalProvider{"cronofy": {Source: "ou-link/cronofy"}}

func TestMainJob(t *testing.T) {
	stage := raise(t)
	var authorizationURL string
	configuration := fmt.Sprintf(`
		resource "cronofy_organizational_unit_link" "acme" {
			service_account_id = %q
			authorize_with     = "url"
			redirect_uri       = %q
		}`, stage.serviceAccount, stage.callbackURL)

	resource.UnitTest(t, resource.TestCase{
		ExternalProviders: cronofy,
		CheckDestroy: func(*terraform.State) error {
			if revocations := stage.requests("/oauth/token/revoke"); revocations != 1 {
				return fmt.Errorf("destroying a linked link sent %d revocations", revocations)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config: configuration,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(link, plancheck.ResourceActionCreate),
						plancheck.ExpectKnownValue(link, tfjsonpath.New("status"), knownvalue.StringExact("pending")),
						plancheck.ExpectUnknownValue(link, tfjsonpath.New("authorization_url")),
						plancheck.ExpectSensitiveValue(link, tfjsonpath.New("authorization_url")),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					status("pending"),
					statecheck.ExpectSensitiveValue(link, tfjsonpath.New("ou_link_token")),
				},
				Check: resource.TestCheckResourceAttrWith(link, "authorization_url", func(value string) error {
					authorizationURL = value
					return nil
				}),
			},
			{
				PreConfig:         func() { stage.approve(authorizationURL) },
				RefreshState:      true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:             resource.TestCheckResourceAttr(link, "status", "linked"),
			},
			{Config: configuration, PlanOnly: true},
			{
				ResourceName:      link,
				ImportState:       true,
				ImportStateId:     stage.serviceAccount,
				ImportStateVerify: true,
				// How the administrator was brought is no part of a link that is made.
				ImportStateVerifyIgnore: []string{"minted_at", "redirect_uri"},
			},
			{
				PreConfig:          func() { stage.admin("POST", "/revoke", map[string]string{"service_account_id": stage.serviceAccount}) },
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(link, plancheck.ResourceActionUpdate),
				}},
				Check: resource.TestCheckResourceAttr(link, "status", "unlinked"),
			},
			{
				Config: configuration,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(link, plancheck.ResourceActionUpdate)},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				Check: resource.ComposeTestCheckFunc(
					resource.TestCheckResourceAttr(link, "status", "pending"),
					resource.TestCheckResourceAttrWith(link, "authorization_url", func(value string) error {
						stage.approve(value)
						return nil
					}),
				),
			},
		},
	})
}

func TestImportOfWhatWaits(t *testing.T) {
	stage := raise(t)
	t.Setenv("OU_LINK_SERVICE_URL", stage.serviceURL)
	resource.UnitTest(t, resource.TestCase{
		ExternalProviders: cronofy,
		Steps: []resource.TestStep{
			{
				Config:            stage.invitation(),
				ConfigStateChecks: []statecheck.StateCheck{status("pending")},
			},
			{
				ResourceName:      link,
				ImportState:       true,
				ImportStateId:     "us/" + stage.serviceAccount,
				ImportStateVerify: true,
			},
			{
				ResourceName:     link,
				ImportState:      true,
				ImportStateKind:  resource.ImportBlockWithID,
				ImportStateId:    stage.serviceAccount,
				ImportPlanChecks: imports,
			},
		},
	})
}

func TestIdentity(t *testing.T) {
	stage := raise(t)
	t.Setenv("OU_LINK_SERVICE_URL", stage.serviceURL)
	resource.UnitTest(t, resource.TestCase{
		ExternalProviders:      cronofy,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config: stage.invitation(),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentity(link, map[string]knownvalue.Check{
						"data_center":        knownvalue.StringExact("us"),
						"service_account_id": knownvalue.StringExact(stage.serviceAccount),
					}),
					statecheck.ExpectIdentityValueMatchesState(link, tfjsonpath.New("service_account_id")),
				},
			},
			{
				ResourceName:     link,
				ImportState:      true,
				ImportStateKind:  resource.ImportBlockWithResourceIdentity,
				ImportPlanChecks: imports,
			},
		},
	})
}

// imports has a plan import what is there, and change nothing of it.
var imports = resource.ImportPlanChecks{
	PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(link, plancheck.ResourceActionNoop)},
}

func status(expected string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(link, tfjsonpath.New("status"), knownvalue.StringExact(expected))
}

// stage is what a link needs around it: the sandbox, a link service, a store, and the executable in a mirror.
type stage struct {
	t              *testing.T
	adminURL       string
	serviceURL     string
	callbackURL    string
	serviceAccount string
}

func raise(t *testing.T) *stage {
	var sandbox struct {
		APIURL          string `json:"api_url"`
		AppURL          string `json:"app_url"`
		AdminURL        string `json:"admin_url"`
		ClientID        string `json:"client_id"`
		ClientSecret    string `json:"client_secret"`
		ServiceAccounts []struct {
			ID string `json:"service_account_id"`
		} `json:"service_accounts"`
	}
	start(t, &sandbox, "sandbox", "--port", "0", "--json")
	folder := t.TempDir()
	t.Setenv("CRONOFY_API_URL", sandbox.APIURL)
	t.Setenv("CRONOFY_APP_URL", sandbox.AppURL)
	t.Setenv("CRONOFY_DATA_CENTER", "us")
	t.Setenv("CRONOFY_CLIENT_ID", sandbox.ClientID)
	t.Setenv("CRONOFY_CLIENT_SECRET", sandbox.ClientSecret)
	t.Setenv("OU_LINK_STORE_FILE", filepath.Join(folder, "links"))

	var service struct {
		URL         string `json:"url"`
		CallbackURL string `json:"callback_url"`
	}
	start(t, &service, "serve", "--port", "0", "--json")

	install(t, folder)
	return &stage{t, sandbox.AdminURL, service.URL, service.CallbackURL, sandbox.ServiceAccounts[0].ID}
}

// install lays the executable where Terraform finds it.
func install(t *testing.T, folder string) {
	cliConfiguration, err := ouLink(t, "install", "--mirror", filepath.Join(folder, "mirror")).Output()
	if err != nil {
		t.Fatalf("ou-link install: %v", err)
	}
	file := filepath.Join(folder, "terraform.tfrc")
	if err := os.WriteFile(file, cliConfiguration, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TF_CLI_CONFIG_FILE", file)
}

// ouLink runs in the repository's root, and ends with the test.
func ouLink(t *testing.T, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(t.Context(), "node", append([]string{"bin/ou-link.js", "--quiet"}, arguments...)...)
	command.Dir = filepath.Join("..", "..")
	command.Stderr = os.Stderr
	return command
}

// start waits for the one line in which a server tells where it is.
func start(t *testing.T, told any, arguments ...string) {
	command := ouLink(t, arguments...)
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() })
	if err := json.NewDecoder(output).Decode(told); err != nil {
		t.Fatalf("ou-link %s: %v", arguments[0], err)
	}
}

// invitation is a configuration of one link.
func (s *stage) invitation() string {
	return fmt.Sprintf(`
		resource "cronofy_organizational_unit_link" "acme" {
			service_account_id = %q
		}`, s.serviceAccount)
}

// approve is the administrator: they open the URL, approve, and return to the link service.
func (s *stage) approve(authorizationURL string) {
	var answer struct {
		RedirectTo string `json:"redirect_to"`
	}
	if err := json.Unmarshal(s.admin("POST", "/authorize", map[string]string{"authorization_url": authorizationURL}), &answer); err != nil {
		s.t.Fatal(err)
	}
	s.request("GET", answer.RedirectTo, nil)
}

// requests counts what the sandbox was sent.
func (s *stage) requests(path string) int {
	var all []struct {
		Path string `json:"path"`
	}
	if err := json.Unmarshal(s.admin("GET", "/requests", nil), &all); err != nil {
		s.t.Fatal(err)
	}
	count := 0
	for _, each := range all {
		if each.Path == path {
			count++
		}
	}
	return count
}

func (s *stage) admin(method, path string, body any) []byte {
	return s.request(method, s.adminURL+path, body)
}

func (s *stage) request(method, url string, body any) []byte {
	content, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, url, bytes.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	// Neither the query nor the answer is shown: they have secrets in them.
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, request.URL.Path, errors.Unwrap(err))
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		s.t.Fatalf("%s %s answered %d", method, request.URL.Path, response.StatusCode)
	}
	return answer
}
