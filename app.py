"""The application factory: one Flask app for web, worker, scheduler and command line."""

from __future__ import annotations

from functools import cache

from flask import Flask

import handlers
from backoffice import cli
from bot import assembly, health, logs, runtime, settings, webhook
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

    app.extensions["runtime"], app.extensions["intake"] = current, intake
    app.register_blueprint(webhook.blueprint)
    app.register_blueprint(health.blueprint)
    cli.register(app)
    return app


def _from_environment() -> Runtime:
    found = settings.read()
    logs.configure(found.log_format)
    return runtime.build(found)
