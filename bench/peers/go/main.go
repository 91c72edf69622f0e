// Command go-peer is the least that a provider on terraform-plugin-framework needs to do what ours does for one resource:
// a link by URL. It keeps authorizations as plain JSON files, with no lock and no fsync, and repeats no request.
package main

import (
	"context"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/ou-link/cronofy"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return cronofyProvider{} }, options)
	if err != nil {
		log.Fatal(err)
	}
}

type cronofyProvider struct{}

func (cronofyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cronofy"
}

func (cronofyProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure takes everything from the environment, by the names that our provider reads.
func (cronofyProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	// A month passes in no time: only this bench sets it.
	ahead, _ := strconv.Atoi(os.Getenv("BENCH_SECONDS_AHEAD"))
	resp.ResourceData = &deployment{
		cronofy: newClient(
			os.Getenv("CRONOFY_API_URL"), os.Getenv("CRONOFY_CLIENT_ID"), os.Getenv("CRONOFY_CLIENT_SECRET"),
		),
		appURL: os.Getenv("CRONOFY_APP_URL"),
		store:  store(os.Getenv("OU_LINK_STORE_FILE")),
		now:    func() time.Time { return time.Now().Add(time.Duration(ahead) * time.Second) },
	}
}

func (cronofyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &linkResource{} }}
}

func (cronofyProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// deployment is what a resource works with.
type deployment struct {
	cronofy *client
	appURL  string
	store   store
	now     func() time.Time
}
