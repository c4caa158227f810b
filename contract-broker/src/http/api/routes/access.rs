//! Routes for accounts, teams, roles, tokens, secrets, and the audit log.

use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{accounts, audit, roles, secrets, teams, tokens},
    SEARCHED,
};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{
        AccountDocument, AccountList, AuditEvents, AuthenticationSettings, MemberDocument, MemberList,
        PermissionList, PreferenceList, RoleDocument, RoleList, SecretDocument, SecretList, TeamDocument,
        TeamList, TokenDocument, TokenList, request,
    },
};

const GROUP: &str = "Accounts and permissions";

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let audit = Group::new(GROUP)
        .route(at(address::AUDIT)
            .get(audit::show, about("What was changed, by whom and from where").query(&["since", "userUuid", "type", "sort", "from", "pageNumber", "pageSize"]).gives_media("application/x-ndjson").gives::<AuditEvents>()))
        .routes();
    Group::new(GROUP)
        .route(at(address::OWN_ACCOUNT).get(accounts::own, about("Show the account that asks").gives::<AccountDocument>()))
        .route(at(address::OWN_TOKENS)
            .get(tokens::own, about("List the tokens of the account that asks").gives::<TokenList>())
            .post(tokens::create, about("Make a token; its value is told once").takes::<request::TokenRequest>().creates::<TokenDocument>()))
        .route(at(address::TOKEN).delete(tokens::revoke, about("Revoke a token").gives_nothing()))
        .route(at(address::RENEW_TOKEN)
            .post(tokens::renew, about("Give a token a new value; the one before can work on for a while").takes::<request::RenewalRequest>().creates::<TokenDocument>()))
        .route(at(address::OWN_PREFERENCES).get(tokens::preferences, about("List the preferences of the account that asks").gives::<PreferenceList>()))
        .route(at(address::PREFERENCES).get(tokens::preferences, about("List the preferences of the broker").gives::<PreferenceList>()))
        .route(at(address::ACCOUNTS)
            .get(accounts::list, about("List users and system accounts").query(&["q", "active", "userType", "page", "size"]).gives::<AccountList>())
            .post(accounts::create, about("Create a user").takes::<request::AccountRequest>().creates::<AccountDocument>()))
        .route(at(address::INVITE_USER).post(accounts::invite, about("Create a user, as older clients ask").takes::<request::AccountRequest>().gives::<AccountDocument>()))
        .route(at(address::INVITE_USERS).post(accounts::invite_several, about("Create several users").takes::<request::AccountsRequest>().gives::<AccountList>()))
        .route(at(address::ACCOUNT)
            .get(accounts::show, about("Show a user or a system account").gives::<AccountDocument>())
            .put(accounts::change, about("Change a user or a system account").takes::<request::AccountRequest>().gives::<AccountDocument>())
            .delete(accounts::delete, about("Delete a user or a system account with its tokens").gives_nothing()))
        .route(at(address::ACCOUNT_ROLES).put(accounts::set_roles, about("Give an account these roles and no others").takes::<request::RolesRequest>().gives_nothing()))
        .route(at(address::ACCOUNT_ROLE)
            .put(accounts::add_role, about("Give an account a role").gives_nothing())
            .delete(accounts::remove_role, about("Take a role from an account").gives_nothing()))
        .route(at(address::ACCOUNT_ADMINISTRATOR)
            .put(accounts::make_administrator, about("Make an account an administrator").gives::<AccountDocument>())
            .delete(accounts::unmake_administrator, about("Take the role of an administrator from an account").gives::<AccountDocument>()))
        .route(at(address::SYSTEM_ACCOUNTS)
            .get(accounts::list_system, about("List system accounts").query(SEARCHED).gives::<AccountList>())
            .post(accounts::create_system, about("Create a system account").takes::<request::AccountRequest>().creates::<AccountDocument>()))
        .route(at(address::SYSTEM_ACCOUNT_TOKENS)
            .get(tokens::of_system_account, about("List the tokens of a system account").gives::<TokenList>())
            .post(tokens::create_of_system_account, about("Make a token of a system account; its value is told once").takes::<request::TokenRequest>().creates::<TokenDocument>()))
        .route(at(address::TEAMS)
            .get(teams::list, about("List teams").query(SEARCHED).gives::<TeamList>())
            .post(teams::create, about("Create a team").takes::<request::TeamRequest>().creates::<TeamDocument>()))
        .route(at(address::TEAM)
            .get(teams::show, about("Show a team").gives::<TeamDocument>())
            .put(teams::replace, about("Replace a team; environments that are not named stay").takes::<request::TeamRequest>().gives::<TeamDocument>())
            .delete(teams::delete, about("Delete a team").gives_nothing()))
        .route(at(address::TEAM_MEMBERS)
            .get(teams::members, about("List the members of a team").gives::<MemberList>())
            .put(teams::replace_members, about("Give a team these members and no others").takes::<request::MembersRequest>().gives::<MemberList>())
            .post(teams::add_members, about("Add members to a team").takes::<request::MembersRequest>().gives::<MemberList>())
            .patch(teams::patch_members, about("Add and remove members of a team").takes::<Vec<request::MemberOperation>>().gives::<MemberList>())
            .delete(teams::remove_members, about("Remove members from a team").takes::<request::MembersRequest>().gives::<MemberList>()))
        .route(at(address::TEAM_MEMBER)
            .get(teams::member, about("Show a member of a team").gives::<MemberDocument>())
            .delete(teams::remove_member, about("Remove a member from a team").gives_nothing()))
        .route(at(address::ROLES)
            .get(roles::list, about("List roles").gives::<RoleList>())
            .post(roles::create, about("Create a role").takes::<request::RoleRequest>().creates::<RoleDocument>()))
        .route(at(address::RESET_ROLES).post(roles::reset, about("Reset the predefined roles").gives::<RoleList>()))
        .route(at(address::ROLE)
            .get(roles::show, about("Show a role").gives::<RoleDocument>())
            .put(roles::replace, about("Replace a role").takes::<request::RoleRequest>().gives::<RoleDocument>())
            .delete(roles::delete, about("Delete a role").gives_nothing()))
        .route(at(address::PERMISSIONS).get(roles::permissions, about("List the permissions that a role can hold").gives::<PermissionList>()))
        .route(at(address::AUTHENTICATION_SETTINGS)
            .get(roles::login_settings, about("Show who may log in by which provider").gives::<AuthenticationSettings>())
            .put(roles::set_login_settings, about("Say who may log in by which provider").takes::<AuthenticationSettings>().gives::<AuthenticationSettings>()))
        .route(at(address::SECRETS)
            .get(secrets::list, about("List secrets, without their values").gives::<SecretList>())
            .post(secrets::create, about("Create a secret").takes::<request::SecretRequest>().creates::<SecretDocument>()))
        .route(at(address::SECRET)
            .get(secrets::show, about("Show a secret, without its value").gives::<SecretDocument>())
            .put(secrets::replace, about("Replace a secret; without a value it keeps the one that it has").takes::<request::SecretRequest>().gives::<SecretDocument>())
            .delete(secrets::delete, about("Delete a secret").gives_nothing()))
        .served_as(layers::JSON)
        .merge(audit)
}
