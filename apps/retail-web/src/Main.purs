module Main (main) where

import Prelude

import Effect (Effect)
import Halogen (hoist)
import Halogen.Aff (awaitBody, runHalogenAff)
import Halogen.VDom.Driver (runUI)
import Retail.AppM (newEnv, runAppM)
import Retail.Component.Shell as Shell
import Effect.Class (liftEffect)

main :: Effect Unit
main = runHalogenAff do
  body <- awaitBody
  env <- liftEffect newEnv
  runUI (hoist (runAppM env) Shell.component) unit body
