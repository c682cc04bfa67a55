module Retail.GeneratedSpec (spec) where

import Data.ByteString.Lazy qualified as Lazy
import Data.Foldable (for_)
import Retail.Contract.Generate
import System.Directory (doesFileExist)
import Test.Hspec

-- | The tests run in the package's folder.
spec :: Spec
spec = for_ generated $ \(path, bytes) ->
  it (path <> " is what the API's type says: retail-api generate contract/gen") $ do
    present <- doesFileExist ("contract/gen/" <> path)
    committed <- if present then Lazy.readFile ("contract/gen/" <> path) else pure ""
    committed == bytes `shouldBe` True
