package main

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const scope = "organizational_unit_use_integrations"

type linkResource struct{ *deployment }

type link struct {
	ServiceAccountID                   types.String `tfsdk:"service_account_id"`
	RedirectURI                        types.String `tfsdk:"redirect_uri"`
	ConferencingProviderName           types.String `tfsdk:"conferencing_provider_name"`
	CallerState                        types.String `tfsdk:"state"`
	AuthorizationParameters            types.Map    `tfsdk:"authorization_parameters"`
	Keepers                            types.Map    `tfsdk:"keepers"`
	LinkTokenLifetime                  types.String `tfsdk:"link_token_lifetime"`
	Remint                             types.String `tfsdk:"remint"`
	OnDestroy                          types.String `tfsdk:"on_destroy"`
	ID                                 types.String `tfsdk:"id"`
	Status                             types.String `tfsdk:"status"`
	Linked                             types.Bool   `tfsdk:"linked"`
	AuthorizationRequired              types.Bool   `tfsdk:"authorization_required"`
	AwaitedSince                       types.String `tfsdk:"awaited_since"`
	AuthorizationURL                   types.String `tfsdk:"authorization_url"`
	OULinkToken                        types.String `tfsdk:"ou_link_token"`
	MintedAt                           types.String `tfsdk:"minted_at"`
	AssumedExpiresAt                   types.String `tfsdk:"assumed_expires_at"`
	AuthorizedConferencingProviderName types.String `tfsdk:"authorized_conferencing_provider_name"`
	OrganizationalUnitID               types.String `tfsdk:"organizational_unit_id"`
	Scope                              types.String `tfsdk:"scope"`
	LinkedAt                           types.String `tfsdk:"linked_at"`
	NextAction                         types.String `tfsdk:"next_action"`
}

func (*linkResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "cronofy_organizational_unit_link"
}

func (*linkResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	fixed := schema.StringAttribute{
		Required:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	computed := schema.StringAttribute{Computed: true, PlanModifiers: kept}
	flag := schema.BoolAttribute{
		Computed:      true,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
	secret := schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: kept}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"service_account_id":                    fixed,
		"redirect_uri":                          fixed,
		"conferencing_provider_name":            schema.StringAttribute{Optional: true},
		"state":                                 schema.StringAttribute{Optional: true},
		"authorization_parameters":              schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"keepers":                               schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"link_token_lifetime":                   defaulted("10m"),
		"remint":                                defaulted("when_stale"),
		"on_destroy":                            defaulted("revoke"),
		"id":                                    computed,
		"status":                                computed,
		"linked":                                flag,
		"authorization_required":                flag,
		"awaited_since":                         computed,
		"authorization_url":                     secret,
		"ou_link_token":                         secret,
		"minted_at":                             computed,
		"assumed_expires_at":                    computed,
		"authorized_conferencing_provider_name": computed,
		"organizational_unit_id":                computed,
		"scope":                                 computed,
		"linked_at":                             computed,
		"next_action":                           computed,
	}}
}

func defaulted(value string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString(value)}
}

func (r *linkResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.deployment, _ = req.ProviderData.(*deployment)
}

// ModifyPlan asks the administrator anew where the URL has lapsed, or the link is no more.
func (r *linkResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	if req.State.Raw.IsNull() {
		r.planPending(ctx, resp)
		return
	}
	var prior, planned link
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	status := prior.Status.ValueString()
	isLapsed := status == "stale" && planned.Remint.ValueString() == "when_stale"
	unknown := []string{"authorization_url"}
	if isLapsed || status == "unlinked" || !prior.Keepers.Equal(planned.Keepers) {
		unknown = append(unknown, "ou_link_token", "minted_at", "assumed_expires_at", "awaited_since", "next_action")
		r.planPending(ctx, resp)
	} else if prior.OULinkToken.IsNull() || prior.ConferencingProviderName.Equal(planned.ConferencingProviderName) &&
		prior.CallerState.Equal(planned.CallerState) &&
		prior.AuthorizationParameters.Equal(planned.AuthorizationParameters) {
		return
	}
	for _, name := range unknown {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
}

func (r *linkResource) planPending(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("status"), "pending")...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("linked"), false)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("authorization_required"), true)...)
}

func (r *linkResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned link
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...); resp.Diagnostics.HasError() {
		return
	}
	if err := r.mint(ctx, &planned); err != nil {
		resp.Diagnostics.AddError("No link token", err.Error())
		return
	}
	planned.AuthorizedConferencingProviderName, planned.OrganizationalUnitID = types.StringNull(), types.StringNull()
	planned.Scope, planned.LinkedAt = types.StringNull(), types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
}

func (r *linkResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned link
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...); resp.Diagnostics.HasError() {
		return
	}
	if planned.OULinkToken.IsUnknown() {
		if err := r.mint(ctx, &planned); err != nil {
			resp.Diagnostics.AddError("No link token", err.Error())
			return
		}
	} else if planned.AuthorizationURL.IsUnknown() {
		planned.AuthorizationURL = types.StringValue(r.authorizationURL(&planned))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
}

func (r *linkResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state link
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	found, err := r.observe(ctx, state.ServiceAccountID.ValueString())
	if errors.As(err, &refused{}) {
		state.Status, state.Linked = types.StringValue("unlinked"), types.BoolValue(false)
		state.AuthorizationRequired = types.BoolValue(true)
		state.NextAction = types.StringValue("Cronofy refuses the authorization: the next apply asks the administrator anew.")
	} else if err != nil {
		resp.Diagnostics.AddWarning("The link cannot be read back", err.Error())
		return
	} else if found != nil {
		state.Status, state.Linked = types.StringValue("linked"), types.BoolValue(true)
		state.OrganizationalUnitID = types.StringValue(found.Sub)
		state.Scope, state.LinkedAt = types.StringValue(found.Scope), types.StringValue(found.LinkedAt)
		state.AuthorizationURL, state.OULinkToken = types.StringNull(), types.StringNull()
		state.AssumedExpiresAt, state.AwaitedSince = types.StringNull(), types.StringNull()
		state.AuthorizationRequired = types.BoolValue(false)
		state.AuthorizedConferencingProviderName = state.ConferencingProviderName
		state.NextAction = types.StringValue("Nothing to do.")
	} else if expiry, err := time.Parse(time.RFC3339, state.AssumedExpiresAt.ValueString()); err != nil || r.now().After(expiry) {
		state.Status = types.StringValue("stale")
		state.NextAction = types.StringValue("The URL has lapsed: the next apply mints another one.")
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *linkResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state link
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	account := state.ServiceAccountID.ValueString()
	found, err := r.store.load(account)
	if err == nil && found != nil && state.OnDestroy.ValueString() == "revoke" {
		if err = r.cronofy.revoke(ctx, found.RefreshToken); err == nil {
			err = r.store.remove(account)
		}
	}
	if err != nil {
		resp.Diagnostics.AddError("The authorization was not revoked", err.Error())
	}
}

// observe returns the authorization if there is one, after Cronofy has answered for it.
func (r *linkResource) observe(ctx context.Context, account string) (*authorization, error) {
	found, err := r.store.load(account)
	if err != nil || found == nil {
		return nil, err
	}
	if r.now().Add(time.Minute).After(found.ExpiresAt) {
		fresh, err := r.cronofy.refresh(ctx, found.RefreshToken)
		if err != nil {
			return nil, err
		}
		found.AccessToken, found.RefreshToken = fresh.AccessToken, fresh.RefreshToken
		found.ExpiresAt = r.now().Add(time.Duration(fresh.ExpiresIn) * time.Second)
		if err := r.store.save(account, found); err != nil {
			return nil, err
		}
	}
	return found, r.cronofy.userInfo(ctx, found.AccessToken)
}

// mint fills in a link that waits for its administrator.
func (r *linkResource) mint(ctx context.Context, l *link) error {
	account := l.ServiceAccountID.ValueString()
	lifetime, err := time.ParseDuration(l.LinkTokenLifetime.ValueString())
	if err != nil {
		return err
	}
	token, err := r.cronofy.createLinkToken(ctx, account)
	if err != nil {
		return err
	}
	// What an earlier authorization left would be read back as this one.
	if err := r.store.remove(account); err != nil {
		return err
	}
	now := r.now().UTC()
	l.ID = types.StringValue(account)
	l.OULinkToken = types.StringValue(token)
	l.AuthorizationURL = types.StringValue(r.authorizationURL(l))
	l.MintedAt = types.StringValue(now.Format(time.RFC3339))
	l.AssumedExpiresAt = types.StringValue(now.Add(lifetime).Format(time.RFC3339))
	if l.AwaitedSince.ValueString() == "" {
		l.AwaitedSince = l.MintedAt
	}
	l.NextAction = types.StringValue("Send the authorization URL to the organization's administrator: it works for minutes.")
	return nil
}

func (r *linkResource) authorizationURL(l *link) string {
	query := url.Values{
		"response_type":  {"code"},
		"client_id":      {r.cronofy.id},
		"redirect_uri":   {l.RedirectURI.ValueString()},
		"scope":          {scope},
		"state":          {l.ServiceAccountID.ValueString() + l.CallerState.ValueString()},
		"capabilities[]": {"conferencing"},
		"ou_link_token":  {l.OULinkToken.ValueString()},
	}
	if !l.ConferencingProviderName.IsNull() {
		query.Set("conferencing_provider_name", l.ConferencingProviderName.ValueString())
	}
	for name, value := range l.AuthorizationParameters.Elements() {
		if text, ok := value.(types.String); ok {
			query.Set(name, text.ValueString())
		}
	}
	return r.appURL + "/organizational_unit_oauth?" + query.Encode()
}
