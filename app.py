"""The application factory: one Flask app for web, worker, scheduler and command line."""

from __future__ import annotations

from functools import cache

from flask import Flask

import handlers
from backoffice import cli
from bot import (
    assembly,
    downloads,
    errors,
    health,
    links,
    logs,
    pictures,
    requests,
    runtime,
    scrape,
    settings,
    webhook,
)
from bot.front import Front
from bot.intake import Intake
from bot.runtime import Runtime
from scheduler import campaigns


def create_app(wired: Runtime | None = None) -> Flask:
    """The app; its runtime is made from the environment at first use unless one is given.

    Nothing is read or opened before that, so that `flask --help` needs no settings.
    """
    app = Flask("tuanyou", static_folder=None)
    handlers.load()
    campaigns.load()

    @cache
    def current() -> Runtime:
        return wired or _from_environment()

    @cache
    def intake() -> Intake:
        return assembly.intake(current())

    @cache
    def desk() -> Runtime:
        """For commands that need no LINE; nor do they need its settings."""
        return wired or _from_environment(for_real=False)

    app.extensions["runtime"], app.extensions["intake"] = current, intake
    app.extensions["desk"] = desk
    requests.watch(app)
    for each in (webhook, health, scrape, downloads, links, pictures):
        app.register_blueprint(each.blueprint)
    cli.register(app)
    return app


def create_web() -> Front:
    """What the web server calls."""
    return Front(create_app())


def _from_environment(*, for_real: bool = True) -> Runtime:
    found = settings.read(for_real=for_real)
    logs.configure(found.log_format)
    if found.sentry_dsn:
        errors.install(found.sentry_dsn)
    return runtime.build(found)
