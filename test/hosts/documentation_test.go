package hosts

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// tfplugindocs holds the pages in docs/ against the schema that Terraform tells, as the registry would have them.
func TestDocumentation(t *testing.T) {
	folder := t.TempDir()
	install(t, folder)
	configuration := `terraform {
		required_providers {
			cronofy = { source = "ou-link/cronofy" }
		}
	}`
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		terraform = "terraform"
	}
	output(t, folder, terraform, "init")

	var told struct {
		Version string                     `json:"format_version"`
		Schemas map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal(output(t, folder, terraform, "providers", "schema", "-json"), &told); err != nil {
		t.Fatal(err)
	}
	// It looks for a provider by its bare name, and for HashiCorp's own.
	for _, schema := range told.Schemas {
		told.Schemas = map[string]json.RawMessage{"cronofy": schema}
	}
	schemas, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "schemas.json")
	if err := os.WriteFile(file, schemas, 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, ".", "go", "tool", "tfplugindocs", "validate",
		"--provider-name", "cronofy", "--provider-dir", filepath.Join("..", ".."), "--providers-schema", file)
}

func output(t *testing.T, folder, program string, arguments ...string) []byte {
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = folder
	output, err := command.Output()
	if err != nil {
		if failure, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%s %v: %s", program, arguments, failure.Stderr)
		}
		t.Fatal(err)
	}
	return output
}
