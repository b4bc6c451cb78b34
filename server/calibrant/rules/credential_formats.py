"""How providers write their tokens and keys: each format with what it always begins with or holds.

The fixed text is looked for first, which costs next to nothing; only where it stands is the pattern tried. Every pattern
takes a bounded number of characters from each place, so that the time is linear in the text.
"""

import re
from typing import Final

import msgspec

_FREE = r"(?<![A-Za-z0-9])"  # not in the middle of a longer word, such as base64 data


class Format(msgspec.Struct, frozen=True):
    """One kind of credential: what to call it, what it always holds, its pattern, and a name for it as a secret.

    Where the pattern has a group, only that is the credential.
    """

    what: str
    holds: tuple[str, ...]
    pattern: re.Pattern[str]
    secret: str


def _format(what: str, holds: str, pattern: str, secret: str, before: str = _FREE) -> Format:
    return Format(what, tuple(holds.split()), re.compile(before + pattern), secret)


FORMATS: Final = (
    _format("A GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}", "GITHUB_TOKEN"),
    _format("A GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", "GITHUB_TOKEN"),
    _format(
        *("A GitLab token", "glpat- gldt- glrt- glptt- glcbt-"),
        *(r"gl(?:pat|dt|rt|ptt|cbt)-[\w-]{20,120}", "GITLAB_TOKEN"),
    ),
    _format("An AWS access key", "AKIA ASIA", r"A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9+/=])", "AWS_ACCESS_KEY_ID"),
    _format("A Slack token", "xox", r"xox[abeoprs]-[0-9A-Za-z-]{15,250}", "SLACK_TOKEN"),
    _format("A Slack app token", "xapp-", r"xapp-\d-[0-9A-Za-z-]{20,250}", "SLACK_TOKEN"),
    _format(
        *("A Slack webhook", "hooks.slack.com/services/", r"services/(T\w{6,12}/B\w{6,12}/\w{20,30})", "SLACK_WEBHOOK")
    ),
    _format("A Google API key", "AIza", r"AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])", "GOOGLE_API_KEY"),
    _format("A Google access token", "ya29.", r"ya29\.[0-9A-Za-z_-]{30,500}", "GOOGLE_TOKEN"),
    _format("A Google client secret", "GOCSPX-", r"GOCSPX-[0-9A-Za-z_-]{28}", "GOOGLE_CLIENT_SECRET"),
    _format("A Stripe key", "sk_live_ rk_live_", r"[sr]k_live_[0-9A-Za-z]{20,250}", "STRIPE_KEY"),
    _format("A Stripe webhook secret", "whsec_", r"whsec_[0-9A-Za-z+/]{32,80}", "STRIPE_WEBHOOK_SECRET"),
    _format("An Anthropic key", "sk-ant-", r"sk-ant-[a-z]{2,8}\d\d-[\w-]{60,200}", "ANTHROPIC_API_KEY"),
    _format(
        *("An OpenAI key", "sk-"),
        *(r"sk-(?!ant-)(?:(?:proj|svcacct|admin)-[\w-]{32,200}|[A-Za-z0-9]{32,100}(?![\w-]))", "OPENAI_API_KEY"),
        r"(?<![A-Za-z0-9_-])",
    ),
    _format("An npm token", "npm_", r"npm_[0-9A-Za-z]{36}(?![0-9A-Za-z])", "NPM_TOKEN"),
    _format("A PyPI token", "pypi-", r"pypi-AgE[\w-]{50,500}", "PYPI_TOKEN"),
    _format("A RubyGems key", "rubygems_", r"rubygems_[0-9a-f]{48}", "RUBYGEMS_KEY"),
    _format("A SendGrid key", "SG.", r"SG\.[\w-]{22}\.[\w-]{43}", "SENDGRID_API_KEY"),
    _format("A Twilio key", "SK", r"SK[0-9a-f]{32}(?![0-9A-Za-z])", "TWILIO_API_KEY"),
    _format("A Mailgun key", "key-", r"key-[0-9a-f]{32}(?![0-9A-Za-z])", "MAILGUN_API_KEY", r"(?<![\w-])"),
    _format("A Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}(?![0-9A-Za-z])", "MAILCHIMP_API_KEY"),
    _format("An Azure storage key", "AccountKey=", r"AccountKey=([0-9A-Za-z+/]{86}==)", "AZURE_STORAGE_KEY"),
    _format("An Azure shared key", "SharedAccessKey=", r"SharedAccessKey=([0-9A-Za-z+/]{43}=)", "AZURE_SHARED_KEY"),
    _format("An Azure access signature", "sig=", r"[?&;]sig=([0-9A-Za-z%/+]{40,120})", "AZURE_SAS_TOKEN", ""),
    _format("An Azure client secret", "Q~", r"[\w.~-]{3}\dQ~[\w.~-]{31,34}", "AZURE_CLIENT_SECRET", r"(?<![\w.~-])"),
    _format("A Hugging Face token", "hf_", r"hf_[A-Za-z]{34}(?![0-9A-Za-z])", "HF_TOKEN"),
    _format("A Telegram bot token", ":AA", r"\d{8,10}:AA[\w-]{33}(?![\w-])", "TELEGRAM_TOKEN"),
    _format("A Discord webhook", "/api/webhooks/", r"/api/webhooks/\d{15,20}/([\w-]{60,80})", "DISCORD_WEBHOOK", ""),
    _format("A DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[0-9a-f]{64}", "DIGITALOCEAN_TOKEN"),
    _format("A Databricks token", "dapi", r"dapi[0-9a-f]{32}(?![0-9A-Za-z])", "DATABRICKS_TOKEN"),
    _format("A Shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", "SHOPIFY_TOKEN"),
    _format("A Linear key", "lin_api_", r"lin_api_[0-9A-Za-z]{40}", "LINEAR_API_KEY"),
    _format("A Notion token", "ntn_", r"ntn_[0-9A-Za-z]{40,60}", "NOTION_TOKEN"),
    _format("A Postman key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}", "POSTMAN_API_KEY"),
    _format("An Atlassian token", "ATATT3", r"ATATT3[\w=-]{100,250}", "ATLASSIAN_TOKEN"),
    _format("A Docker token", "dckr_pat_", r"dckr_pat_[\w-]{27}", "DOCKER_TOKEN"),
    _format("A Vault token", "hvs. hvb.", r"hv[sb]\.[\w-]{24,300}", "VAULT_TOKEN"),
    _format("A Terraform token", ".atlasv1.", r"[0-9A-Za-z]{14}\.atlasv1\.[\w-]{60,80}", "TERRAFORM_TOKEN"),
    _format("A Grafana token", "glsa_", r"glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}", "GRAFANA_TOKEN"),
    _format("An Airtable token", "pat", r"pat[0-9A-Za-z]{14}\.[0-9a-f]{64}", "AIRTABLE_TOKEN"),
    _format("A Square token", "sq0", r"sq0(?:atp|csp)-[\w-]{22,43}", "SQUARE_TOKEN"),
    _format("A New Relic key", "NRAK-", r"NRAK-[0-9A-Z]{27}", "NEW_RELIC_API_KEY"),
    _format("An age key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "AGE_KEY"),
    _format("A JSON web token", "eyJ", r"eyJ[\w-]{10,400}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}", "ACCESS_TOKEN"),
    _format(
        *("A private key", "PRIVATE"),
        *(
            r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----[^-]{40,8000}+(?:-----END[A-Z ]{0,40}-----)?",
            "PRIVATE_KEY",
        ),
        "",
    ),
)
"""Every format, one entry each."""
