"""The asset checks: what SPEC 4 asks of each result, read from the stored values. Blocking ones hold the run.

What protects money or the public is also refused in the studio itself, because a check blocks only within its own run.
"""

from collections.abc import Mapping
from typing import TypeVar

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    MetadataValue,
    asset_check,
)
from pydantic import BaseModel

from videofactory.defs.display import evidence, table
from videofactory.defs.resources import FactoryResource
from videofactory.domain.brand import INTEGRITY_LIMIT
from videofactory.studio.brand_analysis import is_fit
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, Clips, FinalCut, Previews, ScriptVersion

FAR_FROM_BRAND = 0.5
"""Palette distance above which a preview's colours are said to be off the brand (0 same … 1 as far as can be)."""
SOFT = 0.15
"""Sharpness below which a preview is said to be soft."""
ValueT = TypeVar("ValueT", bound=BaseModel)


def _value(studio: Studio, context: AssetCheckExecutionContext, asset: str, kind: type[ValueT]) -> ValueT:
    value = studio.values.read(asset, context.partition_key, kind)
    if value is None:
        raise LookupError(f"{asset} was never made for {context.partition_key}")
    return value


def _verdict(
    findings: list[str],
    *,
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
    metadata: Mapping[str, MetadataValue] | None = None,
) -> AssetCheckResult:
    return AssetCheckResult(
        passed=not findings,
        severity=severity,
        description="; ".join(findings) or "Nothing found.",
        metadata={"findings": MetadataValue.int(len(findings)), **(metadata or {})},
    )


@asset_check(asset="brand_analysis", blocking=True, description=f"The brand image's integrity is at least {INTEGRITY_LIMIT}.")
def integrity(context: AssetCheckExecutionContext, factory: FactoryResource) -> AssetCheckResult:
    """A blurred, tiny, blank or noisy brand image waits for a person."""
    studio = factory.studio()
    analysed = _value(studio, context, "brand_analysis", Analysed)
    score = analysed.analysis.scores.integrity
    fit = is_fit(studio, context.partition_key, analysed)
    why = "; ".join(analysed.analysis.remarks)
    findings = [] if fit else [f"integrity {score:.2f} is below {INTEGRITY_LIMIT} ({why})"]
    return _verdict(findings, metadata={"integrity": MetadataValue.float(score)})


@asset_check(
    asset="script", blocking=True, description="Scene count, length ±10 %, at most 3.2 words/s, every invariant present."
)
def script_rules(context: AssetCheckExecutionContext, factory: FactoryResource) -> AssetCheckResult:
    """A script that breaks the rules is neither drawn nor spoken."""
    version = _value(factory.studio(), context, "script", ScriptVersion)
    return _verdict(list(version.findings), metadata={"seconds": MetadataValue.float(version.script.seconds)})


@asset_check(asset="scene_previews", blocking=False, description="Distance to the brand palette and sharpness, scene by scene.")
def preview_likeness(context: AssetCheckExecutionContext, factory: FactoryResource) -> AssetCheckResult:
    """Shown to the reviewer, who decides; never blocks."""
    previews = _value(factory.studio(), context, "scene_previews", Previews)
    rows, findings = [], []
    for preview in previews.scenes.values():
        rows.append({"scene": preview.scene, "distance": preview.palette_distance, "sharpness": preview.sharpness})
        if preview.palette_distance > FAR_FROM_BRAND:
            findings.append(
                f"{preview.scene}: colours are {preview.palette_distance:.2f} from the brand's (above {FAR_FROM_BRAND})"
            )
        if preview.sharpness < SOFT:
            findings.append(f"{preview.scene}: soft, sharpness {preview.sharpness:.2f} (below {SOFT})")
    return _verdict(findings, severity=AssetCheckSeverity.WARN, metadata={"scenes": table(rows)})


@asset_check(
    asset="scene_clips", blocking=True, description="Each clip decodes fully, has its size, rate and length, moves, is silent."
)
def clip_quality(context: AssetCheckExecutionContext, factory: FactoryResource) -> AssetCheckResult:
    """A clip that is broken, black, frozen or of the wrong length goes into no film."""
    clips = _value(factory.studio(), context, "scene_clips", Clips)
    return _verdict([f"{clip.scene}: {words}" for clip in clips.scenes.values() for words in clip.findings])


@asset_check(
    asset="final_cut",
    blocking=True,
    description="Loudness, peaks, clicks, balance, silence; black, frozen, flashes, repeats; text and captions; coding, drift.",
)
def film_quality(context: AssetCheckExecutionContext, factory: FactoryResource) -> AssetCheckResult:
    """A film with a finding is not delivered and cannot be approved."""
    studio = factory.studio()
    cut = _value(studio, context, "final_cut", FinalCut)
    main = cut.masters[0]
    numbers: dict[str, MetadataValue] = {
        name: MetadataValue.float(value) for name, value in main.measures.items() if isinstance(value, float)
    }
    return _verdict(list(cut.findings), metadata={**numbers, "evidence": evidence(studio, cut)})


ALL: list[AssetChecksDefinition] = [integrity, script_rules, preview_likeness, clip_quality, film_quality]
