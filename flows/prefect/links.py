"""Links from Prefect's UI to the pages of nights and jobs."""

from __future__ import annotations

from prefect.artifacts import acreate_link_artifact

from domain.settings import Settings
from flows.prefect.calls import if_it_can


async def link_to_page(settings: Settings, path: str, text: str) -> None:
    """Show a link to a page with the flow run this is called in, where it is known.

    Args:
        settings: of them, where the dashboard is.
        path: of the page, with its slash.
        text: what the link says.
    """
    if settings.dashboard_url is not None:
        with if_it_can():
            await acreate_link_artifact(settings.dashboard_url + path, text, key="page")
