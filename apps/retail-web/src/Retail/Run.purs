-- | Puts an application into the page.
module Retail.Run (run) where

import Prelude

import Effect (Effect)
import Effect.Class (liftEffect)
import Halogen (Component, hoist)
import Halogen.Aff (awaitBody, runHalogenAff)
import Halogen.VDom.Driver (runUI)
import Retail.AppM (AppM, newEnv, runAppM)

run :: forall query output. Component query Unit output AppM -> Effect Unit
run component = runHalogenAff do
  body <- awaitBody
  env <- liftEffect newEnv
  runUI (hoist (runAppM env) component) unit body
